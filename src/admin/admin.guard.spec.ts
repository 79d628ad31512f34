import { Logger } from '@nestjs/common';
import type { ExecutionContext, HttpException } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AdminGuard } from './admin.guard.js';
import { FailedAttempts } from './failed-attempts.js';

const TOKEN = 'correct-horse-battery-staple';

interface Call {
  readonly authorization?: string;
  readonly origin?: string;
  readonly path?: string;
}

let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void warnings.push(text));
});
afterEach(() => void jest.restoreAllMocks());

/** A guard, and how it answers calls. */
function make(settings: { token: string | undefined } = { token: TOKEN }) {
  const guard = new AdminGuard(settings, new FailedAttempts());
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => void (headers[name] = value) };
  const ask = ({ path = '/api/x', ...call }: Call) => {
    const request = {
      ...{ method: 'POST', originalUrl: path, socket: { remoteAddress: '10.0.0.9' } },
      headers: { host: 'service:3000', ...call },
    };
    const http = { getRequest: () => request, getResponse: () => response };
    const context = { switchToHttp: () => http } as unknown as ExecutionContext;
    try {
      return guard.canActivate(context);
    } catch (error) {
      return [(error as HttpException).getStatus(), (error as HttpException).message];
    }
  };
  return { ask, headers };
}

describe('the guard of calls that change something', () => {
  it.each([`Bearer ${TOKEN}`, `bearer  ${TOKEN}`])('lets %j through', (authorization) => {
    const { ask } = make();
    expect(ask({ authorization })).toBe(true);
    expect(ask({ authorization, origin: 'https://service:3000' })).toBe(true);
    expect(warnings).toEqual([]);
  });

  it.each([
    undefined,
    '',
    'Bearer',
    `Basic ${TOKEN}`,
    TOKEN,
    `Bearer ${TOKEN} x`,
    'Bearer wrong',
    `Bearer ${TOKEN}x`,
    `Bearer ${TOKEN.slice(0, -1)}`,
  ])('refuses %j', (authorization) => {
    const { ask, headers } = make();
    expect(ask({ authorization })).toEqual([401, expect.stringContaining('ADMIN_TOKEN')]);
    expect(headers).toEqual({ 'WWW-Authenticate': expect.stringMatching(/^Bearer/) });
  });

  it('refuses all while no token is set, and says which setting is needed', () => {
    const { ask } = make({ token: undefined });
    for (const authorization of [undefined, 'Bearer undefined', `Bearer ${TOKEN}`])
      expect(ask({ authorization })).toEqual([403, expect.stringContaining('set ADMIN_TOKEN')]);
  });

  it.each(['https://evil.example', 'null', 'http://service:3001', 'service:3000'])(
    'refuses pages of the origin %s, with the right token too',
    (origin) => {
      const { ask } = make();
      expect(ask({ authorization: `Bearer ${TOKEN}`, origin })).toEqual([
        403,
        expect.stringContaining('origin'),
      ]);
    },
  );

  it('makes those wait who have failed ten times, with the right token too', () => {
    const { ask, headers } = make();
    for (let i = 0; i < 10; i++) expect(ask({ authorization: `Bearer guess-${i}` })).toContain(401);
    expect(ask({ authorization: `Bearer ${TOKEN}` })).toContain(429);
    expect(Number(headers['Retry-After'])).toBeGreaterThan(50);
  });

  it('logs who was refused what, without the token, the query, or anything that is more than a line', () => {
    const { ask } = make();
    const path = `/api/x\u001b[2J\n${'y'.repeat(500)}?secret=1`;
    ask({ authorization: 'Bearer hunter2-hunter2-hunter2', path });
    expect(warnings).toEqual([
      expect.stringMatching(/^POST \/api\/x\?\[2J\?y{189} of 10\.0\.0\.9 was refused \(401\)$/),
    ]);
  });
});
