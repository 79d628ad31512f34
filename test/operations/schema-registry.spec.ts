import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { inProject } from '../container/project-root.js';
import { textOf } from './deployed-files.js';

interface Call {
  readonly at: string;
  readonly body: Record<string, string>;
}

/** The script against a registry that answers each call as `answer` says. */
async function register(
  answer: (call: Call) => { readonly status?: number; readonly body: object },
  args: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
): Promise<{ code: number; output: string; calls: Call[] }> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += String(chunk)));
    request.on('end', () => {
      const call = {
        at: `${request.method} ${request.url}`,
        body: JSON.parse(text) as Record<string, string>,
      };
      calls.push(call);
      const { status = 200, body } = answer(call);
      response.writeHead(status).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const env = { PATH: process.env.PATH, SCHEMA_REGISTRY_URL: `http://127.0.0.1:${port}`, ...settings };
  const script = inProject('deploy/schema-registry/register.mjs');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], { env }, (_, out, error) => {
      server.closeAllConnections();
      server.close();
      resolve({ code: child.exitCode!, output: out + error, calls });
    });
  });
}

describe('register.mjs', () => {
  it('registers the schema of every topic, at the level that its readers need', async () => {
    const { code, output, calls } = await register(() => ({ body: { id: 7 } }), [], {
      METRICS_TOPIC: '',
      OUTPUT_TOPIC: 'out',
    });
    expect({ code, lines: output.trim().split('\n') }).toEqual({
      code: 0,
      lines: [
        'user-login-value: schema 7, BACKWARD',
        'out-value: schema 7, FORWARD',
        'cleaned-data-value: schema 7, FORWARD',
        'processed-errors-value: schema 7, FORWARD',
        'summary-output-value: schema 7, FORWARD',
      ],
    });
    expect(calls[2]).toEqual({ at: 'PUT /config/out-value', body: { compatibility: 'FORWARD' } });
    expect(calls[3]).toEqual({
      at: 'POST /subjects/out-value/versions',
      body: { schemaType: 'JSON', schema: textOf('schemas/standard/processed.schema.json') },
    });
  });

  it('registers nothing with --check, and exits with 1 when a change is refused', async () => {
    const { code, output, calls } = await register(
      ({ at }) => {
        if (at.includes('cleaned-data')) return { status: 404, body: { error_code: 40401 } };
        const broken = at.includes('processed-errors');
        return { body: { is_compatible: !broken, messages: broken ? ['a field is gone'] : [] } };
      },
      ['--check'],
    );
    expect(code).toBe(1);
    expect(output).toContain('user-login-value: compatible\n');
    expect(output).toContain('cleaned-data-value: not registered yet\n');
    expect(output).toContain('processed-errors-value: NOT compatible: a field is gone\n');
    expect(calls.filter(({ at }) => !at.startsWith('POST /compatibility/'))).toEqual([]);
  });

  it('says what a registry did not take, and that none was named', async () => {
    const refused = await register(() => ({ status: 422, body: { message: 'no such level' } }));
    expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('no such level') });
    const nameless = await register(() => ({ body: {} }), [], { SCHEMA_REGISTRY_URL: '' });
    expect(nameless).toMatchObject({ code: 1, output: expect.stringContaining('SCHEMA_REGISTRY_URL') });
  });
});
