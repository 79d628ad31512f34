import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createGenerator } from '../../src/cli/generator/generator.js';
import { message, runService } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';

const REAL = readFileSync(new URL('../fixtures/real-messages.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

function generated(count: number): Input[] {
  const startSeconds = Math.floor(Date.now() / 1000);
  const generator = createGenerator({ seed: 3, badPercent: 40, startSeconds, rate: 100 });
  return Array.from({ length: count }, () => {
    const { key, value, headers } = generator.next();
    return { key, value, headers };
  });
}

/** Where a parser or a rule would quote what it stumbled over. */
const HOSTILE = [
  '{"user_id":"secret-user-0001","ip":"203.0.113.77",',
  '{"user_id":"secret-user-0002","device_id":"secret-device-0002"} trailing',
  '{"user_id":{"nested":"secret-user-0003"},"ip":"203.0.113.78.1","device_id":["secret-device-0003"]}',
  '{"secret-user-0004":1,"user_id":"secret-user-0005","__proto__":{"ip":"203.0.113.79"}}',
].map((value) => message(value, 'secret-user-0006'));

/** Every value of the three personal fields, wherever it stands; short ones are no evidence. */
function personalData(inputs: readonly Input[]): Set<string> {
  const found = new Set<string>();
  for (const { value } of inputs)
    for (const [, text] of String(value).matchAll(/"(?:user_id|ip|device_id)"\s*:\s*"([^"\\]{6,})"/g))
      found.add(text);
  for (const { value } of HOSTILE)
    for (const [text] of String(value).matchAll(/secret-[a-z]+-\d+|203\.0\.113\.\d+/g)) found.add(text);
  return found.add('secret-user-0006');
}

describe('the log', () => {
  it.each(['debug', 'trace'])('shows no personal data, even at LOG_LEVEL=%s', async (LOG_LEVEL) => {
    const inputs = [...REAL.map((line) => message(line)), ...generated(1_000), ...HOSTILE];
    const run = await runService({
      partitions: [inputs],
      settings: { LOG_LEVEL, PRIVACY_KEY: 'the-privacy-key', UNKNOWN_FIELDS: 'reject' },
    });
    expect(run.errors.length).toBeGreaterThan(300);
    const personal = personalData(inputs);
    expect(personal.size).toBeGreaterThan(1_000);
    expect(run.log).toContain('"level":20');
    expect([...personal].filter((text) => run.log.includes(text))).toEqual([]);
    expect(run.log).not.toContain('the-privacy-key');
    for (const line of run.log.trim().split('\n')) expect(() => JSON.parse(line) as unknown).not.toThrow();
  });
});
