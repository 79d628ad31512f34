import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Explanation } from '../../src/cli/explain/explanation.js';
import { LOGIN_FIELDS } from '../../src/pipeline/testing.js';
import { runCommand } from './run-command.js';

const EXTENSION = fileURLToPath(new URL('../fixtures/phases.mjs', import.meta.url));

describe('login-stream explain, with look-ups and what is remembered,', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'login-stream-test-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function explained(processed: string[], env: Record<string, string> = {}) {
    const file = join(folder, 'profile.json');
    writeFileSync(file, JSON.stringify({ extends: 'standard', processed, settings: {} }));
    const settings = { PROCESSOR_MODULES: EXTENSION, PROFILE_FILE: file, ...env };
    return runCommand(['explain', '-', '--json'], { env: settings, stdin: JSON.stringify(LOGIN_FIELDS) });
  }

  it('shows what look-ups say, what is made of it, and what late processors add to a first login', async () => {
    const { exit, stdout } = await explained(['user_id', 'history', 'owner']);
    const { stages, records } = JSON.parse(stdout) as Explanation;
    expect(exit).toBe(0);
    expect(stages.map(({ stage }) => stage).slice(-3)).toEqual(['enrich', 'look-up', 'analyse']);
    const [enriched, lookedUp, analysed] = stages.slice(-3);
    const early = enriched.adds!.map(({ by }) => by);
    for (const name of ['AnsweringLookup', 'JoinedProcessor', 'LateProcessor'])
      expect(early).not.toContain(name);
    expect(lookedUp).toMatchObject({
      summary: 'Look-ups are asked for real, each within its time limit.',
      adds: expect.arrayContaining([
        { by: 'AnsweringLookup', fields: { network: expect.any(String) } },
        { by: 'DefaultingLookup', fields: { owner: 'nobody' } },
        { by: 'JoinedProcessor', fields: { network_name: expect.stringMatching(/^net-\d+$/) } },
      ]),
      notes: [
        'DefaultingLookup could not look it up: it took longer than 50 ms. These are its default values.',
      ],
    });
    expect(analysed.adds).toEqual([
      { by: 'analytics', fields: { session_count: 1 } },
      { by: 'LateProcessor', fields: { history: [1, expect.stringMatching(/^net-/), 0, 0] } },
    ]);
    expect(records[0].value).toMatchObject({ owner: 'nobody' });
  });

  it('ends with a sentence where the service would wait', async () => {
    const { exit, stdout, stderr } = await explained(['permit']);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'WaitingLookup could not look it up: it took longer than 50 ms. The service would wait here, and try again until it works.\n',
    );
  });

  it('says what needs state when there is to be none', async () => {
    const { exit, stderr } = await explained(['history'], { STATE_STORE: 'none', DEDUPE_SECONDS: '0' });
    expect(exit).toBe(78);
    expect(stderr).toContain('STATE_STORE must not be none: LateProcessor remembers users or devices');
    expect(stderr).toContain('STATE_STORE must not be none: LateProcessor needs "session_count"');
    expect(stderr).toContain('STATE_STORE must not be none: summaries count');
  });
});
