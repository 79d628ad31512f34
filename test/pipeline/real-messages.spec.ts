import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { expectExactly } from './judged.js';
import { Oracle } from './oracle.js';
import { message, runService } from './run.js';
import type { Run } from './run.js';

const LINES = readFileSync(new URL('../fixtures/real-messages.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '');

const fieldsOf = (line: string) => JSON.parse(line) as Record<string, string>;

describe('the real messages', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runService({ partitions: [LINES.map((line) => message(line))] });
  });

  it('become, each and in order, what the oracle says', () => {
    expectExactly(run, new Oracle());
  });

  it('are in error where they have no device type, filtered where they are repeated or of another one, and else processed', () => {
    const types = LINES.map((line) => fieldsOf(line).device_type?.toLowerCase());
    const missing = types.filter((type) => type === undefined).length;
    const wanted = LINES.filter((_, index) => types[index] === 'android' || types[index] === 'ios');
    const distinct = new Set(wanted).size;
    expect(missing).toBeGreaterThan(0);
    expect(distinct).toBeLessThan(wanted.length);
    expect([run.processed.length, run.filtered.length, run.errors.length]).toEqual([
      distinct,
      types.length - distinct - missing,
      missing,
    ]);
  });

  it('leave no address and no device id in the clear where others read', () => {
    const written = [...run.processed, ...run.filtered].map(({ value }) => String(value)).join('\n');
    for (const { ip, device_id } of LINES.map(fieldsOf)) {
      expect(written).not.toContain(`"${ip}"`);
      expect(written).not.toContain(device_id);
    }
  });
});
