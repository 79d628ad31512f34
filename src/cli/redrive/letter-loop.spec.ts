import { describe, expect, it } from '@jest/globals';
import type { DeadLetter } from './dead-letter.js';
import { LetterLoop } from './letter-loop.js';
import type { LoopOptions } from './letter-loop.js';
import type { Chunk } from './run-sender.js';
import type { Step } from './step.js';
import { aDeadLetter } from './testing.js';

const ALL = { reasons: [], since: null, until: null, offsets: [], sources: [], edited: null };

const sending =
  (bytes: number) =>
  async (letter: DeadLetter): Promise<Step> => ({
    action: 'send',
    letter,
    record: { key: null, value: null, headers: undefined, sourceOffset: letter.offset },
    keylessPartition: 0,
    count: 1,
    edited: false,
    bytes,
  });

function aLoop(options: Partial<LoopOptions> & { bytes?: number } = {}) {
  const chunks: Chunk[] = [];
  const reported: number[] = [];
  const over = new AbortController();
  const { bytes = 1, ...others } = options;
  const loop = new LetterLoop({
    criteria: ALL,
    rate: 0,
    max: Infinity,
    restorer: { restore: sending(bytes) },
    sender: { commit: async (chunk) => void chunks.push(chunk) },
    report: async ({ letter }) => void reported.push(letter.offset),
    signal: over.signal,
    ...others,
  });
  return { loop, chunks, reported, over };
}

const records = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => aDeadLetter({ offset: String(from + index) }).record);
const sizes = (chunks: readonly Chunk[]) => chunks.map(({ steps, end }) => [steps.length, end]);

describe('dead letters are sent in transactions', () => {
  it('of 500 at most, or 4 MiB, each with the offset behind its last one', async () => {
    const many = aLoop();
    expect(await many.loop.take(records(1_100, 7), 0)).toBe(true);
    expect(sizes(many.chunks)).toEqual([
      [500, 507],
      [500, 1_007],
      [100, 1_107],
    ]);
    const large = aLoop({ bytes: 1024 * 1024 });
    await large.loop.take(records(9), 0);
    expect(sizes(large.chunks)).toEqual([
      [4, 4],
      [4, 8],
      [1, 9],
    ]);
  });

  it('and said when their transaction is committed', async () => {
    const said: number[] = [];
    const { loop, reported } = aLoop({ sender: { commit: async () => void said.push(reported.length) } });
    await loop.take(records(600), 0);
    expect([said, reported.length]).toEqual([[0, 500], 600]);
  });

  it('up to the greatest number, and no further', async () => {
    const { loop, chunks } = aLoop({ max: 3 });
    expect(await loop.take(records(2), 0)).toBe(true);
    expect(await loop.take(records(5, 2), 0)).toBe(false);
    expect([sizes(chunks), loop.reachedMax]).toEqual([
      [
        [2, 2],
        [1, 3],
      ],
      true,
    ]);
  });

  it('not any more when the signal comes: what is not sent by then is neither said nor dealt with', async () => {
    let restored = 0;
    const { loop, chunks, reported, over } = aLoop({
      restorer: {
        restore: (letter) => {
          if (++restored === 3) over.abort();
          return sending(1)(letter);
        },
      },
    });
    expect(await loop.take(records(9), 0)).toBe(false);
    expect([chunks, reported]).toEqual([[], []]);
  });

  it('with their progress alone where all are skipped, and at the end also over what was not selected', async () => {
    const { loop, chunks, reported } = aLoop({
      criteria: { ...ALL, since: 1 },
      restorer: { restore: async (letter) => ({ action: 'skip', letter, reason: 'gone', count: null }) },
    });
    const unselected = aDeadLetter({ offset: '5', timestamp: '0' }).record;
    await loop.take([...records(2), unselected], 3);
    expect([sizes(chunks), reported]).toEqual([[[0, 2]], [0, 1]]);
    await loop.finish(new Map([[3, { from: 0, end: 6 }]]), new Map());
    expect(chunks.at(-1)).toEqual({ partition: 3, end: 6, steps: [] });
  });
});
