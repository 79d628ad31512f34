import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OutcomeTally } from './outcome-tally.js';
import { Reports } from './reports.js';

const summaries = (log: boolean) => ({ summaries: { topic: 'summary' as const, fields: [], log } });
const tally = (processed: number, errors = 0) => {
  const counted = Object.assign(new OutcomeTally(), { processed });
  if (errors > 0) counted.errors.set('not_json', errors);
  return counted;
};
const batch = (processed: number, errors = 0) => ({
  tally: tally(processed, errors),
  summaries: null,
  processingTime: 0.02,
  records: processed + errors,
});

describe(Reports.name, () => {
  let lines: string[];
  beforeEach(() => {
    lines = [];
    jest.spyOn(Logger.prototype, 'log').mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => void jest.restoreAllMocks());

  it('says how the instance performs at every multiple of processed records, once for each', () => {
    const reports = new Reports(summaries(false), { reportEveryMessages: 100, ...CADENCE });
    reports.begin();
    reports.settled(batch(99, 3));
    expect(lines).toEqual([]);
    reports.settled(batch(1));
    reports.settled(batch(250, 2));
    expect(lines.map((line) => /^Processed (\d+) messages: .*, errors (\d+)$/.exec(line)?.slice(1))).toEqual([
      ['100', '3'],
      ['200', '5'],
      ['300', '5'],
    ]);
    expect(lines[0]).toMatch(
      /throughput \d+\.\d messages\/s, average latency 0\.0200 ms, CPU \d+\.\d %, memory [1-9]\d* MiB/,
    );
  });

  it('says nothing without a cadence, and no summary where the profile logs none', () => {
    const records = {
      topic: 's',
      records: [{ key: 'g', value: '{"a":1}', headers: undefined, sourceOffset: 1 }],
    };
    const encoded = { records, first: 1, last: 1 };
    new Reports(summaries(false), { reportEveryMessages: 0, ...CADENCE }).settled({
      ...batch(500),
      summaries: encoded,
    });
    expect(lines).toEqual([]);
    new Reports(summaries(true), { reportEveryMessages: 0, ...CADENCE }).settled({
      ...batch(500),
      summaries: encoded,
    });
    expect(lines).toEqual(['Summary {"a":1}']);
  });
});

const CADENCE = { summaryEveryMessages: 0, summaryEverySeconds: 0, metricsEverySeconds: 0 };
