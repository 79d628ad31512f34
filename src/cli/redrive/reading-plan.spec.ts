import { describe, expect, it } from '@jest/globals';
import { parseOffsets } from './offset-range.js';
import { progressFault, rangesToRead } from './reading-plan.js';
import type { Progress } from './run-progress.js';

const ALL = { reasons: [], since: null, until: null, offsets: [], sources: [], edited: null };
const LOG = new Map([
  [0, { from: 10, end: 50 }],
  [1, { from: 0, end: 0 }],
  [2, { from: 0, end: 7 }],
]);
const progress = (offsets: Record<number, number>, selection = 's'): Progress =>
  new Map(Object.entries(offsets).map(([partition, offset]) => [Number(partition), { offset, selection }]));

describe('what is read of the error topic', () => {
  it('is all that there is, of a run that begins', () => {
    expect([...rangesToRead(LOG, ALL, new Map())]).toEqual([
      [0, { from: 10, end: 50 }],
      [2, { from: 0, end: 7 }],
    ]);
  });

  it('is what the run has not dealt with', () => {
    expect([...rangesToRead(LOG, ALL, progress({ 0: 30, 2: 7 }))]).toEqual([[0, { from: 30, end: 50 }]]);
    expect([...rangesToRead(LOG, ALL, progress({ 0: 3 }))]).toContainEqual([0, { from: 10, end: 50 }]);
  });

  it('is no more than the offsets that are selected', () => {
    const offsets = parseOffsets('0:12-20', parseOffsets('2:9'));
    expect([...rangesToRead(LOG, { ...ALL, offsets }, new Map())]).toEqual([[0, { from: 12, end: 21 }]]);
    expect([...rangesToRead(LOG, { ...ALL, offsets }, progress({ 0: 21 }))]).toEqual([]);
  });
});

describe('progress', () => {
  it('is that of the selection, up to the end of the topic', () => {
    expect(progressFault(LOG, 's', new Map())).toBeNull();
    expect(progressFault(LOG, 's', progress({ 0: 50, 2: 3 }))).toBeNull();
  });

  it('is not that of another selection, or of a topic that was made anew', () => {
    expect(progressFault(LOG, 's', progress({ 0: 1 }, 'other'))).toBe('it was begun with another selection');
    expect(progressFault(LOG, 's', progress({ 2: 8 }))).toBe(
      'it has read partition 2 up to offset 8, and the partition ends at 7: it was made anew',
    );
    expect(progressFault(LOG, 's', progress({ 9: 1 }))).toMatch(/partition 9 .* ends at 0/);
  });
});
