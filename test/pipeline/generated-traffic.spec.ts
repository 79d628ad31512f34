import { beforeAll, describe, expect, it } from '@jest/globals';
import { createGenerator } from '../../src/cli/generator/generator.js';
import { Scrape } from '../../src/cli/demo/scrape.js';
import type { ReadRecord } from '../support/kafka.js';
import { expectError, expectFiltered, expectProcessed } from './judged.js';
import { Oracle } from './oracle.js';
import type { Judgement, Totals } from './oracle.js';
import { runService } from './run.js';
import type { Input, Run } from './run.js';

const COUNT = 5_000;
const PARTITIONS = 4;
const ID_HEADER = 'x-test-id';
const OUTCOMES = ['processed', 'filtered', 'error'] as const;

/** Records with an id of their own, dealt to the partitions in turn. */
function generate(startSeconds: number): Input[][] {
  const generator = createGenerator({ seed: 7, badPercent: 20, startSeconds, rate: 500 });
  const partitions = Array.from({ length: PARTITIONS }, (): Input[] => []);
  for (let id = 0; id < COUNT; id++) {
    const { key, value, headers } = generator.next();
    partitions[id % PARTITIONS].push({
      key,
      value,
      headers: { ...headers, [ID_HEADER]: Buffer.from(`${id}`) },
    });
  }
  return partitions;
}

const idOf = (record: Input | ReadRecord): string => String(record.headers?.[ID_HEADER]);

describe('generated traffic over four partitions', () => {
  let run: Run;
  let records: Map<string, ReadRecord>;
  const judgements = new Map<string, Judgement>();

  beforeAll(async () => {
    const arrival = Date.now();
    run = await runService({ partitions: generate(Math.floor(arrival / 1000)), arrival });
    records = new Map(
      [...run.processed, ...run.filtered, ...run.errors].map((record) => [idOf(record), record]),
    );
    const oracle = new Oracle();
    for (const input of run.partitions.flat())
      judgements.set(idOf(input), oracle.judge(input.value, arrival));
  });

  it('has every kind of outcome, and exactly one per record', () => {
    const found = [...run.processed, ...run.filtered, ...run.errors].map((record) => Number(idOf(record)));
    expect(found.sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, id) => id));
    const types = new Set(
      [...judgements.values()].map((each) => ('type' in each ? each.type : each.outcome)),
    );
    expect(types.size).toBeGreaterThan(10);
  });

  it('becomes, record by record, what the oracle says', () => {
    run.partitions.forEach((inputs, partition) =>
      inputs.forEach((input, offset) => {
        const record = records.get(idOf(input));
        const judgement = judgements.get(idOf(input))!;
        const place = { input, partition, offset };
        if (judgement.outcome === 'filtered') expectFiltered(record, judgement, place, run);
        else if (judgement.outcome === 'error') expectError(record, judgement, place, run);
        // Partitions interleave freely: which turn a record had is the next test's matter.
        else expectProcessed(record, judgement, totalsOf(record!), place, run);
      }),
    );
  });

  it.each([
    ['total_logins_for_version', 'app_version'],
    ['total_logins_from_locale', 'locale'],
  ])('counts %s from 1 upwards, each number once', (total, field) => {
    const values = new Set(run.processed.map(({ json }) => json[field]));
    expect(values.size).toBeGreaterThan(4);
    for (const value of values) {
      const group = run.processed.filter(({ json }) => json[field] === value);
      const counts = group.map(({ json }) => json[total] as number).sort((a, b) => a - b);
      expect(counts).toEqual(group.map((_, index) => index + 1));
    }
  });

  it('ends with the most common device type of all', () => {
    const last = run.processed.find(({ json }) => json.total_logins_for_version === countOf('2.3.0'))!;
    expect(last.json.most_common_device_type).toBe('ios');
  });

  it('is balanced in the metrics, partition by partition, with nothing left over', () => {
    const scrape = new Scrape(run.metrics);
    run.partitions.forEach((inputs, partition) => {
      const label = `partition="${partition}"`;
      const expected = OUTCOMES.map(
        (outcome) => inputs.filter((input) => judgements.get(idOf(input))!.outcome === outcome).length,
      );
      const lines = new Scrape(
        run.metrics
          .split('\n')
          .filter((line) => line.includes(label))
          .join('\n'),
      );
      const counted = OUTCOMES.map((outcome) =>
        lines.sum('login_stream_records_total', `outcome="${outcome}"`),
      );
      expect({ partition, counted, received: lines.sum('login_stream_received_total') }).toEqual({
        partition,
        counted: expected,
        received: inputs.length,
      });
    });
    expect(scrape.sum('login_stream_received_total')).toBe(COUNT);
    expect(run.metrics).toMatch(/^login_stream_imbalance_records 0$/m);
    expect(run.metrics).toMatch(/^login_stream_lag_records\{/m);
    expect(scrape.sum('login_stream_lag_records')).toBe(0);
  });

  const countOf = (version: string) =>
    run.processed.filter(({ json }) => json.app_version === version).length;
});

const totalsOf = ({ json }: ReadRecord): Totals => ({
  total_logins_for_version: json.total_logins_for_version as number,
  total_logins_from_locale: json.total_logins_from_locale as number,
  most_common_device_type: json.most_common_device_type as string,
});
