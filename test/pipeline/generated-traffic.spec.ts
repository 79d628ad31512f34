import { beforeAll, describe, expect, it } from '@jest/globals';
import { createGenerator } from '../../src/cli/generator/generator.js';
import { Scrape } from '../../src/cli/demo/scrape.js';
import type { ReadRecord } from '../support/kafka.js';
import type { AnalyticsFields } from '../../src/analytics/model.testing.js';
import { ANALYTICS_FIELDS } from '../../src/analytics/state-store.js';
import { asDuplicate, expectError, expectFiltered, expectProcessed } from './judged.js';
import { Oracle } from './oracle.js';
import type { Judgement } from './oracle.js';
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

/** The defaults of the settings. */
const WEIGHTS = {
  ...{ several_ips: 25, impossible_travel: 60, new_device: 20 },
  ...{ shared_device: 25, login_burst: 30 },
};

const SESSION_GAP_SECONDS = 1_800;

/** Whether all logins are within a session's gap of each other. */
function isClose(logins: readonly ReadRecord[]): boolean {
  const times = logins.map(({ json }) => Number(json.timestamp));
  return Math.max(...times) - Math.min(...times) <= SESSION_GAP_SECONDS;
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
        else if (isDuplicate(record)) expectFiltered(record, asDuplicate(judgement), place, run);
        // Partitions interleave freely: which turn a record had is the next tests' matter.
        else expectProcessed(record, judgement, analyticsOf(record!), place, run);
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

  it('has a risk score that its reasons add up to, with the flag among them', () => {
    const reasonsOf = ({ json }: ReadRecord) => json.risk_reasons as (keyof typeof WEIGHTS)[];
    for (const record of run.processed) {
      const sum = reasonsOf(record).reduce((total, reason) => total + WEIGHTS[reason], 0);
      expect(record.json.risk_score).toBe(Math.min(100, sum));
      expect(reasonsOf(record).includes('several_ips')).toBe(record.json.suspicious_login);
    }
    expect(new Set(run.processed.flatMap(reasonsOf)).size).toBeGreaterThan(2);
  });

  it('ends with the most common device type of all', () => {
    const last = run.processed.find(({ json }) => json.total_logins_for_version === countOf('2.3.0'))!;
    expect(last.json.most_common_device_type).toBe('ios');
  });

  it('has of each value that was delivered more than once exactly one processed record', () => {
    const valid = run.partitions
      .flat()
      .filter((input) => judgements.get(idOf(input))!.outcome === 'processed');
    const repeated = groupBy(valid, ({ value }) => String(value)).filter(({ length }) => length > 1);
    expect(repeated.length).toBeGreaterThan(10);
    for (const copies of repeated)
      expect(copies.filter((copy) => !isDuplicate(records.get(idOf(copy))))).toHaveLength(1);
    expect(run.filtered.filter(isDuplicate)).toHaveLength(repeated.flat().length - repeated.length);
  });

  it('has one session of a user whose logins are close together, numbered from 1, in whatever order', () => {
    const users = groupBy(run.processed, ({ json }) => json.user_id).filter(isClose);
    expect(users.length).toBeGreaterThan(100);
    for (const logins of users) {
      const column = (field: string) => logins.map(({ json }) => json[field]);
      expect(new Set(column('session_id')).size).toBe(1);
      expect(new Set(column('session_count'))).toEqual(new Set([1]));
      const numbers = (column('session_logins') as number[]).sort((a, b) => a - b);
      expect(numbers).toEqual(logins.map((_, index) => index + 1));
    }
  });

  it.each([
    ['suspicious_login', 'user_id', 'ip'],
    ['logs_from_multiple_locations', 'user_id', 'locale'],
    ['shared_device', 'device_id', 'user_id'],
  ] as const)('flags as %s a second value, never a first one', (flag, owner, value) => {
    // What is written is masked: the clear values are those of the input.
    const logins = run.partitions.flat().flatMap((input) => {
      const judgement = judgements.get(idOf(input))!;
      const record = records.get(idOf(input))!;
      return judgement.outcome === 'processed' && !isDuplicate(record) ? [{ ...judgement, record }] : [];
    });
    let several = 0;
    for (const group of groupBy(logins, ({ login }) => login[owner])) {
      const flagged = group.filter(({ record }) => record.json[flag] === true).length;
      if (new Set(group.map(({ login }) => login[value])).size === 1) expect(flagged).toBe(0);
      else {
        several++;
        // Everything is within the window, so each but those before the second value is flagged.
        expect(flagged).toBeGreaterThan(0);
        expect(flagged).toBeLessThan(group.length);
      }
    }
    expect(several).toBeGreaterThan(0);
  });

  it('is balanced in the metrics, partition by partition, with nothing left over', () => {
    const scrape = new Scrape(run.metrics);
    run.partitions.forEach((inputs, partition) => {
      const label = `partition="${partition}"`;
      const expected = OUTCOMES.map(
        (outcome) => inputs.filter((input) => outcomeOf(input) === outcome).length,
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

  /** Which of two copies is the duplicate depends on the order of partitions. */
  const outcomeOf = (input: Input) =>
    isDuplicate(records.get(idOf(input))) ? 'filtered' : judgements.get(idOf(input))!.outcome;

  const countOf = (version: string) =>
    run.processed.filter(({ json }) => json.app_version === version).length;
});

const isDuplicate = (record: ReadRecord | undefined) => record?.json.clean_type === 'duplicate';

const analyticsOf = ({ json }: ReadRecord) =>
  Object.fromEntries(
    [...ANALYTICS_FIELDS, 'risk_score', 'risk_reasons'].map((field) => [field, json[field]]),
  ) as unknown as AnalyticsFields;

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): Item[][] {
  const groups = new Map<unknown, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups.values()];
}
