import { describe, expect, it } from '@jest/globals';
import { reportOf, tableOf } from './report.js';
import type { CaseResult } from './run-case.js';

const good: CaseResult = {
  ...{ name: 'kill-9-one', title: 'kill -9 loop, one process', profile: 'standard', recounts: false },
  ...{ seed: 7, seconds: 74 },
  ...{ faults: 25, verdict: { messages: 48_210, lost: [], twice: [], unequal: [] }, error: null },
  folder: 'logs/kill',
};

const ORDER = ['kill-9-one', 'freeze-one', 'sigterm'];

describe('the report of chaos', () => {
  it('is one line for a case that is good', () => {
    expect(reportOf(good)).toBe(
      'kill -9 loop, one process: 48,210 messages, 25 faults, lost 0, twice 0, counters equal, 74 s',
    );
    expect(reportOf({ ...good, profile: 'basic' })).toContain('records equal');
    expect(reportOf({ ...good, recounts: true })).toContain('totals equal');
  });

  it('says of a case that is not what is wrong, how to repeat it, and where the logs are', () => {
    const lost = Array.from({ length: 7 }, (_, offset) => `partition 0, offset ${offset}`);
    const report = reportOf({ ...good, verdict: { messages: 7, lost, twice: [], unequal: ['a counter'] } });
    expect(report).toMatch(
      /^FAILED kill -9 loop.*: 7 messages, 25 faults, lost 7, twice 0, counters NOT EQUAL/,
    );
    expect(report).toContain('  lost: partition 0, offset 4\n  lost: 2 more\n  not equal: a counter');
    expect(report).toContain('npm run chaos -- --only kill-9-one --seed 7');
    expect(report).toContain('logs/kill');
  });

  it('says what ended a case that has no verdict', () => {
    const report = reportOf({ ...good, verdict: null, error: new Error('It took longer than 9 s') });
    expect(report).toMatch(/^FAILED .*: no verdict, 74 s\n {2}It took longer than 9 s/);
  });

  it('is a table in the order of the cases, whose rows stay until there is a newer result', () => {
    const first = tableOf([{ ...good, name: 'sigterm' }, good], ORDER);
    const second = tableOf([{ ...good, seed: 8 }], ORDER, first);
    expect(second.split('\n').slice(2)).toEqual([
      '| kill-9-one | 48,210 | 25 | 0 | 0 | 0 | 74 s | 8 |',
      '| sigterm | 48,210 | 25 | 0 | 0 | 0 | 74 s | 7 |',
    ]);
  });
});
