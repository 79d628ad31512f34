import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FetchedRecord } from './fetched-records.js';
import { LogReader } from './log-reader.js';
import type { OffsetRange } from './log-reader.js';
import { clientOf } from './reading-cluster.testing.js';
import type { ReadingCluster } from './reading-cluster.js';

/** Records that a broker of these tests gives at once, of each partition. */
const AT_ONCE = 100;

type Fetch = Awaited<ReturnType<ReadingCluster['findBroker']>>['fetch'];
type Asked = Parameters<Fetch>[0]['topics'][number]['partitions'][number];

describe('LogReader', () => {
  /** Each partition's log, from `start` up to, not including, `end`. */
  let logs: Map<number, { start: number; end: number }>;
  /** What was asked for, a list for each request. */
  let asked: Asked[][];
  let connections: number;
  let disconnected: number;
  let gaps: [partition: number, from: number, to: number][];
  let troubles: string[];
  /** Called before each answer. */
  let disturb: () => void | Promise<void>;
  let stop: AbortController;
  let open: LogReader[];

  beforeEach(() => {
    [logs, asked, gaps, troubles, open] = [new Map([[0, { start: 0, end: 1_000 }]]), [], [], [], []];
    [connections, disconnected, stop] = [0, 0, new AbortController()];
    disturb = () => undefined;
  });
  afterEach(async () => {
    stop.abort();
    await Promise.all(open.map((reader) => reader.close()));
  });

  const fetch: Fetch = async ({ isolationLevel, topics: [{ topic, partitions }] }) => {
    expect([topic, isolationLevel]).toEqual(['topic', 1]); // read_committed
    asked.push([...partitions]);
    await disturb();
    return { responses: [{ partitions: partitions.map(answerTo) }] };
  };

  function answerTo({ partition, fetchOffset }: Asked) {
    const { start, end } = logs.get(partition)!;
    const from = Number(fetchOffset);
    if (from < start || from > end)
      throw Object.assign(new Error('out of range'), { name: 'KafkaJSOffsetOutOfRange', partition });
    const length = Math.min(AT_ONCE, end - from);
    const messages = Array.from(
      { length },
      (_, index) => ({ offset: String(from + index) }) as FetchedRecord,
    );
    return { partition, messages, lastStableOffset: String(end), highWatermark: String(end) };
  }

  const cluster: Partial<ReadingCluster> = {
    connect: async () => void connections++,
    disconnect: async () => void disconnected++,
    addTargetTopic: async () => undefined,
    refreshMetadataIfNecessary: async () => undefined,
    findLeaderForPartitions: (_topic, partitions) => ({ 1: partitions }),
    findBroker: async () => ({ fetch }),
    fetchTopicsOffset: async ([{ partitions }]) => [
      {
        partitions: partitions.map(({ partition }) => ({
          partition,
          offset: String(logs.get(partition)!.start),
        })),
      },
    ],
  };

  function read(ranges: Record<number, OffsetRange>): LogReader {
    const all = new Map(Object.entries(ranges).map(([partition, range]) => [Number(partition), range]));
    const reader = new LogReader(clientOf(cluster), 'topic', all, {
      signal: stop.signal,
      onGap: (...gap) => gaps.push(gap),
      onTrouble: (message) => troubles.push(message),
    });
    open.push(reader);
    return reader;
  }

  const take = async (reader: LogReader, partition: number, end: number) =>
    (await reader.take(partition, end)).map(({ offset }) => Number(offset));
  const numbers = (from: number, end: number) =>
    Array.from({ length: end - from }, (_, index) => from + index);

  it('gives a range in pieces of any size, each record once and in order, and nothing beyond it', async () => {
    const reader = read({ 0: { from: 5, end: 350 } });
    expect(await take(reader, 0, 5)).toEqual([]);
    expect(await take(reader, 0, 7)).toEqual([5, 6]);
    expect(await take(reader, 0, 7)).toEqual([]);
    expect(await take(reader, 0, 320)).toEqual(numbers(7, 320));
    expect(await take(reader, 0, 900)).toEqual(numbers(320, 350));
    expect(await take(reader, 0, 900)).toEqual([]);
    expect([connections, gaps, troubles]).toEqual([1, [], []]);
  });

  it('gives partitions in whatever order they are asked for', async () => {
    logs.set(3, { start: 0, end: 50 });
    const reader = read({ 0: { from: 0, end: 200 }, 3: { from: 10, end: 20 } });
    expect(await take(reader, 3, 12)).toEqual([10, 11]);
    expect(await take(reader, 0, 150)).toEqual(numbers(0, 150));
    expect(await take(reader, 3, 20)).toEqual(numbers(12, 20));
    expect(await take(reader, 0, 200)).toEqual(numbers(150, 200));
  });

  it('fetches what comes next ahead, and not without end', async () => {
    logs.set(0, { start: 0, end: 100_000 });
    logs.set(1, { start: 0, end: 3_000 });
    const reader = read({ 0: { from: 0, end: 100_000 }, 1: { from: 0, end: 3_000 } });
    expect(await take(reader, 1, 3_000)).toEqual(numbers(0, 3_000));
    const ahead = Math.max(
      ...asked.flat().map(({ partition, fetchOffset }) => (partition === 0 ? Number(fetchOffset) : 0)),
    );
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThan(1_000);
    expect(await take(reader, 0, 2_000)).toEqual(numbers(0, 2_000));
  });

  it('tells what is not there any more, and gives the rest', async () => {
    logs.set(0, { start: 40, end: 60 });
    const reader = read({ 0: { from: 10, end: 50 } });
    expect(await take(reader, 0, 50)).toEqual(numbers(40, 50));
    expect(gaps).toEqual([[0, 10, 40]]);
  });

  it.each([
    ['deleted', { start: 90, end: 120 }],
    ['of a log that is shorter now', { start: 0, end: 5 }],
  ])('waits for nothing when all of the range is %s', async (_, log) => {
    logs.set(0, log);
    const reader = read({ 0: { from: 10, end: 50 } });
    expect(await take(reader, 0, 50)).toEqual([]);
    expect(gaps).toEqual([[0, 10, 50]]);
  });

  it('goes on with a new connection when a broker was away, without a gap or a repeat', async () => {
    let answers = 0;
    disturb = () => {
      if (++answers === 2) throw new Error('connection lost');
    };
    const reader = read({ 0: { from: 0, end: 300 } });
    expect(await take(reader, 0, 300)).toEqual(numbers(0, 300));
    expect([connections, disconnected, gaps]).toEqual([2, 1, []]);
  });

  it('says what it waits for when that takes longer than a second', async () => {
    disturb = () => {
      if (troubles.length === 0) throw new Error('no broker');
    };
    const reader = read({ 0: { from: 0, end: 3 } });
    expect(await take(reader, 0, 3)).toEqual([0, 1, 2]);
    expect(troubles).toEqual(['topic cannot be read: no broker']);
  });

  it('ends at the signal, also when a broker says nothing any more', async () => {
    const silent = new Promise<void>(
      (resolve) => (disturb = () => (resolve(), new Promise(() => undefined))),
    );
    const reader = read({ 0: { from: 0, end: 3 } });
    const taking = reader.take(0, 3);
    taking.catch(() => undefined);
    await silent;
    stop.abort(new Error('stopping'));
    await expect(taking).rejects.toThrow('stopping');
    await reader.close();
    expect(disconnected).toBe(1);
  });

  it('lets go of its connection when it is closed, and makes none when nothing is read', async () => {
    await read({ 0: { from: 0, end: 3 } }).close();
    expect([connections, disconnected]).toEqual([0, 0]);
    const reader = read({ 0: { from: 0, end: 3 } });
    await reader.take(0, 3);
    await reader.close();
    expect([connections, disconnected]).toEqual([1, 1]);
  });
});
