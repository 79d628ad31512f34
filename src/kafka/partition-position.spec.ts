import { describe, expect, it } from '@jest/globals';
import type { FetchedRecord } from './fetched-records.js';
import { PartitionPosition } from './partition-position.js';

function answer(offsets: readonly number[], { stable = 1_000, control = [] as number[] } = {}) {
  const messages = offsets.map(
    (offset) => ({ offset: String(offset), isControlRecord: control.includes(offset) }) as FetchedRecord,
  );
  return { partition: 0, lastStableOffset: String(stable), highWatermark: '1000', messages };
}

const offsets = (records: readonly FetchedRecord[]) => records.map(({ offset }) => Number(offset));

describe('the position in a partition', () => {
  it('moves behind the last record', () => {
    const position = new PartitionPosition(5, Infinity);
    expect(offsets(position.advance(answer([5, 6, 9]), false, false))).toEqual([5, 6, 9]);
    expect(position.next).toBe(10);
    expect(position.done).toBe(false);
  });

  it('leaves out what comes before it in a compressed batch, and what is behind the end', () => {
    const position = new PartitionPosition(5, 7);
    expect(offsets(position.advance(answer([3, 4, 5, 6, 7, 8]), false, false))).toEqual([5, 6]);
    expect(position.done).toBe(true);
  });

  it('moves past transaction markers without handing them out', () => {
    const position = new PartitionPosition(0, 3);
    expect(offsets(position.advance(answer([0, 1, 2], { control: [1, 2] }), false, false))).toEqual([0]);
    expect(position.done).toBe(true);
  });

  it('moves on when compaction has left only records before it', () => {
    const position = new PartitionPosition(5, Infinity);
    expect(position.advance(answer([3, 4]), false, false)).toEqual([]);
    expect(position.next).toBe(6);
  });

  it('moves on when compaction has left an empty batch', () => {
    const position = new PartitionPosition(5, Infinity);
    position.advance(answer([]), false, true);
    expect(position.next).toBe(6);
  });

  it('stays where the answer was full of other partitions', () => {
    const position = new PartitionPosition(5, Infinity);
    position.advance(answer([]), false, false);
    expect(position.next).toBe(5);
  });

  it('stays at an open transaction, unless uncommitted records are read', () => {
    const position = new PartitionPosition(5, Infinity);
    position.advance(answer([], { stable: 5 }), false, true);
    expect(position.next).toBe(5);
    position.advance(answer([], { stable: 5 }), true, true);
    expect(position.next).toBe(6);
  });
});
