import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createTopic, sharedBroker, uniqueName } from '../support/kafka.js';

const SCRIPT = fileURLToPath(new URL('idle-client.mjs', import.meta.url));
const MEASURED_MS = 2_000;

describe('an idle connection', () => {
  const topic = uniqueName('idle');

  beforeAll(() => createTopic(sharedBroker(), topic, 1));

  async function idle(which: 'patched' | 'unpatched'): Promise<{ timers: number; warnings: string[] }> {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [
      SCRIPT,
      which,
      sharedBroker(),
      String(MEASURED_MS),
      topic,
    ]);
    return JSON.parse(stdout) as { timers: number; warnings: string[] };
  }

  it('sets no timers', async () => {
    const { timers, warnings } = await idle('patched');
    expect(timers).toBeLessThan(20);
    expect(warnings).not.toContain('TimeoutNegativeWarning');
  });

  it('of kafkajs as it is sets one each millisecond: when this fails, the patch may go', async () => {
    expect((await idle('unpatched')).timers).toBeGreaterThan(300);
  });
});
