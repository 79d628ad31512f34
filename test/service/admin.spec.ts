import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand } from '../cli/run-command.js';
import { ownNames } from '../pipeline/run.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { freePort } from './free-port.js';

const ADMIN_TOKEN = 'correct-horse-battery-staple';

interface Answer {
  readonly status: number;
  readonly body: { readonly message?: string };
  readonly headers: Headers;
}

async function started(settings: Record<string, string>): Promise<[ServiceProcess, string]> {
  const port = await freePort();
  const names = { ...ownNames(), TOPICS: 'create-all', HTTP_PORT: String(port) };
  return [await ServiceProcess.ready({ ...names, ...settings }), `http://127.0.0.1:${port}`];
}

async function post(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', ...init });
  return { status: response.status, body: (await response.json()) as object, headers: response.headers };
}

const withToken = (token = ADMIN_TOKEN) => ({ authorization: `Bearer ${token}` });

describe('calls that change something', () => {
  let service: ServiceProcess;
  let url: string;
  beforeAll(async () => {
    [service, url] = await started({ ADMIN_TOKEN });
  });
  afterAll(() => service.destroy());

  it('need no token to look', async () => {
    const response = await fetch(`${url}/api/partitions`);
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const { partitions } = (await response.json()) as { partitions: object[] };
    expect(partitions).toEqual([{ partition: 0, position: null, lag: null, paused: null }]);
    expect(await (await fetch(`${url}/health`)).text()).not.toContain('errorLimit');
  });

  it('are done with the token, and logged', async () => {
    const { status, body, headers } = await post(`${url}/api/partitions/resume`, { headers: withToken() });
    expect([status, body, headers.get('cache-control')]).toEqual([200, { resumed: [] }, 'no-store']);
    expect(await post(`${url}/api/partitions/0/resume`, { headers: withToken() })).toMatchObject({
      status: 200,
      body: { resumed: [] },
    });
    await waitFor('both to be logged', () =>
      ['/api/partitions/resume', '/api/partitions/0/resume'].every((path) =>
        service.output.includes(`POST ${path} of 127.0.0.1: done`),
      ),
    );
  });

  it('say what is wrong with them', async () => {
    const headers = withToken();
    const elsewhere = await post(`${url}/api/partitions/77/resume`, { headers });
    expect([elsewhere.status, elsewhere.body.message]).toEqual([
      404,
      expect.stringContaining('Partition 77 of'),
    ]);
    expect((await post(`${url}/api/partitions/x/resume`, { headers })).status).toBe(400);
    const json = { ...headers, 'content-type': 'application/json' };
    const large = JSON.stringify({ text: 'x'.repeat(20_000) });
    expect((await post(`${url}/api/partitions/resume`, { headers: json, body: large })).status).toBe(413);
    expect((await post(`${url}/api/partitions/resume`, { headers: json, body: '{' })).status).toBe(400);
    await waitFor('the failure to be logged', () =>
      service.output.includes('POST /api/partitions/77/resume of 127.0.0.1: failed (404)'),
    );
  });

  it('are refused without the token, with another one, and from pages of other origins', async () => {
    const call = `${url}/api/partitions/resume`;
    const without = await post(call);
    expect([without.status, without.headers.get('www-authenticate')]).toEqual([
      401,
      expect.stringMatching(/^Bearer/),
    ]);
    expect((await post(call, { headers: withToken('another-token-than-that') })).status).toBe(401);
    const headers = { ...withToken(), origin: 'https://evil.example' };
    expect((await post(call, { headers })).status).toBe(403);
    await waitFor('the refusals to be logged', () =>
      ['(401)', '(403)'].every((status) =>
        service.output.includes(`POST /api/partitions/resume of 127.0.0.1 was refused ${status}`),
      ),
    );
    expect(service.output).not.toMatch(/correct-horse|another-token/);
  });

  it('wait after too many wrong tokens, with the right one too', async () => {
    const call = `${url}/api/partitions/resume`;
    for (let i = 0; i < 10; i++) await post(call, { headers: withToken(`guess-number-${i}-of-many`) });
    const { status, headers } = await post(call, { headers: withToken() });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});

describe('calls that change something, without ADMIN_TOKEN', () => {
  it('are refused with a sentence that says which setting is needed', async () => {
    const [service, url] = await started({});
    try {
      const { status, body } = await post(`${url}/api/partitions/resume`, { headers: withToken() });
      expect([status, body.message]).toEqual([403, expect.stringContaining('set ADMIN_TOKEN')]);
      const command = await runCommand(['resume', '--url', url], { env: { ADMIN_TOKEN } });
      expect(command).toMatchObject({ exit: 1, stdout: '' });
      expect(command.stderr).toMatch(/answered 403: .*set ADMIN_TOKEN/);
    } finally {
      await service.destroy();
    }
  });
});

describe('login-stream resume', () => {
  const env = { ADMIN_TOKEN };

  it('says that nothing is paused, and that the token is another one', async () => {
    const [service, url] = await started(env);
    try {
      expect(await runCommand(['resume', '--url', url], { env })).toEqual({
        exit: 0,
        stdout: 'Nothing is paused.\n',
        stderr: '',
      });
      const wrong = await runCommand(['resume', '--url', `${url}/`], {
        env: { ADMIN_TOKEN: 'another-token-than-that' },
      });
      expect(wrong).toEqual({
        exit: 1,
        stdout: '',
        stderr: `The service at ${url} answered 401: The token is not that of this service (ADMIN_TOKEN).\n`,
      });
      const elsewhere = await runCommand(['resume', '--url', url, '--partition', '77'], { env });
      expect(elsewhere).toMatchObject({ exit: 1, stderr: expect.stringContaining('404: Partition 77') });
    } finally {
      await service.destroy();
    }
  });

  it('says that no service answers there', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expect(await runCommand(['resume', '--url', url], { env })).toEqual({
      exit: 1,
      stdout: '',
      stderr: `No service answers at ${url} (ECONNREFUSED). Does it run there? --url names another address.\n`,
    });
  });

  it('says that something else answers there, and does not take the token elsewhere', async () => {
    const seen: string[] = [];
    const other = createServer((request, response) => {
      seen.push(request.url!);
      if (request.url!.startsWith('/moved')) response.writeHead(307, { location: '/elsewhere' }).end();
      else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    }).listen(0, '127.0.0.1');
    try {
      await new Promise((resolve) => other.once('listening', resolve));
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const page = await runCommand(['resume', '--url', url], { env });
      expect(page).toMatchObject({ exit: 1, stdout: '' });
      expect(page.stderr).toContain('Is it the address of login-stream?');
      expect((await runCommand(['resume', '--url', `${url}/moved`], { env })).exit).toBe(1);
      expect(seen).toEqual(['/api/partitions/resume', '/moved/api/partitions/resume']);
    } finally {
      other.close();
    }
  });

  it('needs a token, from the settings, and a sound address', async () => {
    expect(await runCommand(['resume'])).toMatchObject({
      exit: 78,
      stderr: expect.stringContaining('set ADMIN_TOKEN'),
    });
    const short = await runCommand(['resume'], { env: { ADMIN_TOKEN: 'short' } });
    expect(short).toMatchObject({
      exit: 78,
      stderr: expect.stringContaining('ADMIN_TOKEN must be 16 to 512'),
    });
    for (const address of ['nowhere', 'ftp://host', 'http://user:password@host'])
      expect((await runCommand(['resume', '--url', address], { env })).exit).toBe(1);
    expect((await runCommand(['resume', '--partition', '-1'], { env })).exit).toBe(1);
  });
});
