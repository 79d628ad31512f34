import { beforeAll, describe, expect, it } from '@jest/globals';
import { Oracle } from '../pipeline/oracle.js';
import type { Judgement } from '../pipeline/oracle.js';
import { runService } from '../pipeline/run.js';
import type { Run } from '../pipeline/run.js';
import { endOffsets, sharedBroker } from '../support/kafka.js';
import { expectAscending, expectConsistent, expectWindows, summaryOf } from './summary-record.js';
import { dealt, ID_HEADER, traffic } from './traffic.js';

const ARRIVAL = 1_729_900_000_000;
const PARTITIONS = 3;
const EVERY = 100;
const SHARES = { processed: 1_050, duplicates: 50, filtered: 60, errors: 70 };

describe('summaries by count, over three partitions', () => {
  const oracle = new Oracle();
  let run: Run;

  beforeAll(async () => {
    run = await runService({
      partitions: dealt(traffic(1, ARRIVAL / 1000, SHARES), PARTITIONS),
      arrival: ARRIVAL,
      settings: {
        SUMMARY_EVERY_MESSAGES: String(EVERY),
        SUMMARY_EVERY_SECONDS: '0',
        BATCH_MAX_BYTES: '16384',
      },
    });
  });

  it('come at every exact multiple, at no other count, and in the order of their sequence', () => {
    const summaries = run.summaries.map(summaryOf);
    expect(summaries.map(({ processed_count }) => processed_count)).toEqual(
      Array.from({ length: 10 }, (_, index) => EVERY * (index + 1)),
    );
    expect(summaries.map(({ sequence }) => sequence)).toEqual(summaries.map((_, index) => index + 1));
    expectAscending(run.summaries);
  });

  it('have the group as key, and figures and windows that add up', () => {
    const groupId = run.input.replace(/in$/, 'group');
    for (const record of run.summaries) expectConsistent(record, groupId);
    const summaries = run.summaries.map(summaryOf);
    expectWindows(summaries);
    for (const { window } of summaries) expect(window.processed_count).toBe(EVERY);
  });

  it('say of the processed records exactly what the oracle says of the same ones', () => {
    const judged = new Map<string, Extract<Judgement, { outcome: 'processed' }>>();
    for (const { value, headers } of run.partitions.flat()) {
      const judgement = oracle.judge(value, ARRIVAL);
      if (judgement.outcome === 'processed') judged.set(String(headers?.[ID_HEADER]), judgement);
    }
    // The version is the same for all, so that its total is the turn in which they were applied.
    const turnOf = ({ json }: { json: Record<string, unknown> }) => json.total_logins_for_version as number;
    const inOrder = [...run.processed].sort((a, b) => turnOf(a) - turnOf(b));
    const state = oracle.newState();
    const summaries = run.summaries.map(summaryOf);
    inOrder.forEach(({ headers }, turn) => {
      state.apply({ ...judged.get(String(headers?.[ID_HEADER]))!.seen, partition: 0, offset: turn });
      if ((turn + 1) % EVERY !== 0) return;
      // What was filtered or in error stands at a place in the order that its record does not tell.
      const { total_received_count, filtered_count, error_count, ...known } = state.summaries.figures();
      const { error_type_counts, clean_type_counts, ...ofProcessed } = known;
      expect(summaries[(turn + 1) / EVERY - 1]).toMatchObject(ofProcessed);
      expect([filtered_count, error_count, error_type_counts, clean_type_counts]).toEqual([0, 0, {}, {}]);
      expect(total_received_count).toBe(turn + 1);
    });
    expect(inOrder).toHaveLength(SHARES.processed);
  });

  it('never count more in error or filtered than there are, nor less than before', () => {
    const summaries = run.summaries.map(summaryOf);
    for (const [index, { error_count, filtered_count }] of summaries.entries()) {
      expect(error_count).toBeLessThanOrEqual(SHARES.errors);
      expect(filtered_count).toBeLessThanOrEqual(SHARES.filtered + SHARES.duplicates);
      expect(error_count).toBeGreaterThanOrEqual(summaries[index - 1]?.error_count ?? 0);
      expect(filtered_count).toBeGreaterThanOrEqual(summaries[index - 1]?.filtered_count ?? 0);
    }
    const { error_count, filtered_count, clean_type_counts } = summaries[9];
    expect(error_count).toBeGreaterThan(0);
    expect(filtered_count).toBeGreaterThan(0);
    expect(Object.keys(clean_type_counts).sort()).toEqual(['duplicate', 'filtered_device_type']);
  });

  it('are written in transactions: each has its marker behind it', async () => {
    const [end] = await endOffsets(sharedBroker(), run.input.replace(/in$/, 'sum'));
    expect(end).toBeGreaterThan(run.summaries.length);
    expect(end).toBeLessThanOrEqual(2 * run.summaries.length);
  });
});
