import { describe, expect, it } from '@jest/globals';
import type { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import type { BatchPosition } from '../analytics/state-store.js';
import type { LogReader } from '../kafka/log-reader.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import { aRawRecord } from '../pipeline/testing.js';
import { Progress } from './progress.js';
import type { RecoveryStep } from './recovery-plan.js';
import { Replay } from './replay.js';

/** A log by partition: the arrival of the record of each offset, null where there is none. */
type Logs = readonly (readonly (number | null)[])[];

/** Tells in order what is done to state. */
function run(
  logs: Logs,
  committed: readonly number[],
  { signal = new AbortController().signal, lastSummary = 1, sequence = 0 } = {},
) {
  const done: string[] = [];
  const taken = logs.map(() => 0);
  const name = (records: readonly RawRecord[]) => records.map(({ offset }) => offset).join(' ');
  const said =
    (what: string) =>
    (records: readonly RawRecord[], { partition, offsets, claimed, now }: BatchPosition) => {
      done.push(
        `${what} ${partition}: ${name(records)} [${offsets.first}, ${offsets.end}) after ${claimed} at ${now}`,
      );
      return Promise.resolve();
    };
  const reader: Pick<LogReader, 'take'> = {
    take: (partition, end) => {
      const from = taken[partition];
      taken[partition] = end;
      const records = logs[partition]
        .map((arrival, offset) => ({ arrival, offset }))
        .filter(({ arrival, offset }) => arrival !== null && offset >= from && offset < end)
        .map(({ arrival, offset }) => aRawRecord({ offset: String(offset), timestamp: String(arrival) }));
      return Promise.resolve(records);
    },
  };
  const store = {
    sequence,
    resumeSequence: (last: number) => void done.push(`sequence ${last}`),
    takeSummary: (now: number) => Promise.resolve(void done.push(`summary at ${now}`)),
    forgetKeys: ({ hi }: { hi: number }) => void done.push(`forget ${hi}`),
    resetPartition: (partition: number) => void done.push(`reset ${partition}`),
    skip: (partition: number, end: number) => void done.push(`skip ${partition} to ${end}`),
  };
  const progress = new Progress(100);
  let told = 0;
  const replay = new Replay({
    topic: 'logins',
    reader: reader as LogReader,
    store: store as unknown as DurableStateStore,
    work: { recount: said('recount'), redo: said('redo') },
    progress,
    committed: (partition) => committed[partition],
    lastSummary,
    signal,
    onProgress: () => void told++,
  });
  return { replay, done, progress, told: () => told };
}

const last = { offset: 0, timestamp: 0, hi: 0, lo: 0 };
const batch = (partition: number, from: number, end: number, now: number): RecoveryStep => ({
  ...{ kind: 'batch', partition, range: { from, end }, now, last },
});
const unordered = (...ranges: [from: number, end: number][]): RecoveryStep => ({
  kind: 'unordered',
  ranges: new Map(ranges.map(([from, end], partition) => [partition, { from, end }])),
});

describe('Replay', () => {
  it('does everything in its order: batches that are committed are counted, others are worked out again', async () => {
    const { replay, done, progress, told } = run(
      [
        [1, 2, 3, 4],
        [5, 6],
      ],
      [2, 0],
    );
    await replay.run([
      batch(0, 0, 2, 70),
      batch(1, 0, 2, 71),
      { kind: 'summary', now: 72 },
      { kind: 'forget', keys: { hi: 9, lo: 0, deviceHi: 0, deviceLo: 0 } },
      batch(0, 2, 4, 73),
      { kind: 'reset', partition: 1 },
    ]);
    expect(done).toEqual([
      'recount 0: 0 1 [0, 2) after 0 at 70',
      'sequence 1',
      'redo 1: 0 1 [0, 2) after 0 at 71',
      'summary at 72',
      'forget 9',
      'sequence 1',
      'redo 0: 2 3 [2, 4) after 2 at 73',
      'reset 1',
    ]);
    expect([progress.records, told()]).toEqual([6, 3]);
  });

  it('takes no summary that was never published', async () => {
    const { replay, done } = run([], [], { sequence: 3, lastSummary: 3 });
    await replay.run([{ kind: 'summary', now: 72 }]);
    expect(done).toEqual([]);
  });

  it('passes over a batch of which no record is there any more', async () => {
    const { replay, done, progress } = run([[null, null, 3]], [3]);
    await replay.run([batch(0, 0, 2, 70), batch(0, 2, 3, 71)]);
    expect(done).toEqual(['skip 0 to 2', 'recount 0: 2 [2, 3) after 2 at 71']);
    expect(progress.records).toBe(3);
  });

  it('merges what no journal orders by arrival, with its time as the clock', async () => {
    const { replay, done } = run(
      [
        [10, 30, 31, 60],
        [20, 40, 50],
      ],
      [4, 3],
    );
    await replay.run([unordered([0, 4], [0, 3])]);
    expect(done).toEqual([
      'recount 0: 0 [0, 1) after 0 at 10',
      'recount 1: 0 [0, 1) after 0 at 20',
      'recount 0: 1 2 [1, 3) after 1 at 31',
      'recount 1: 1 2 [1, 3) after 1 at 50',
      'skip 1 to 3',
      'recount 0: 3 [3, 4) after 3 at 60',
      'skip 0 to 4',
    ]);
  });

  it('goes on behind offsets without a record, and counts to the end of the range', async () => {
    const { replay, done, progress } = run([[null, 10, null, 12, null]], [5]);
    await replay.run([unordered([0, 5])]);
    expect(done).toEqual(['recount 0: 1 3 [0, 5) after 0 at 12', 'skip 0 to 5']);
    expect(progress.records).toBe(5);
  });

  it('counts a range that holds nothing', async () => {
    const { replay, done, progress } = run([[null, null]], [2]);
    await replay.run([unordered([0, 2])]);
    expect([done, progress.records]).toEqual([['skip 0 to 2'], 2]);
  });

  it('takes long ranges bit by bit, and loses nothing between', async () => {
    const length = 10_000;
    const log = Array.from({ length }, (_, offset) => offset);
    const { replay, done, progress } = run([log], [length]);
    await replay.run([unordered([0, length])]);
    expect(done).toHaveLength(4);
    const counted = done.slice(0, 3).flatMap((line) => /: ([\d ]+) \[/.exec(line)![1].split(' '));
    expect(counted.map(Number)).toEqual(log);
    expect(progress.records).toBe(length);
  });

  it('ends when it is to stop', async () => {
    const over = new AbortController();
    const { replay, done } = run([[1, 2]], [2], { signal: over.signal });
    over.abort(new Error('stopping'));
    await expect(replay.run([batch(0, 0, 2, 70)])).rejects.toThrow('stopping');
    await expect(replay.run([unordered([0, 2])])).rejects.toThrow('stopping');
    expect(done).toEqual([]);
  });
});
