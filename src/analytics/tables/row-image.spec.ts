import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK_BYTES, RowImage } from './row-image.js';
import { WrittenImage } from './testing.js';

/** Two arrays of some thousand rows, so that an image has several blocks and several parts of each. */
const ROWS = 9_000;
const STRIDES = [13, 25];

function arrays() {
  return STRIDES.map((stride, index) => ({
    name: `array ${index}`,
    words: Int32Array.from({ length: (ROWS + 10) * stride }, (_, word) => word),
    stride,
  }));
}

const rowsOfInterest = fc.oneof(
  fc.integer({ min: 0, max: ROWS + 9 }),
  fc.constantFrom(0, 4_095, 4_096, 8_191, 8_192, ROWS - 1, ROWS, ROWS + 9),
);

describe(RowImage.name, () => {
  it('hands out every row as it was, however often and whenever it is written', () => {
    const writes = fc.array(fc.array(rowsOfInterest, { maxLength: 300, size: 'max' }), { maxLength: 20 });
    fc.assert(
      fc.property(writes, (list) => {
        const live = arrays();
        const image = new RowImage(live, ROWS);
        const left = [...list];
        const written = new WrittenImage({}, image.columns, () => {
          for (const row of left.shift() ?? []) {
            image.keep(row);
            for (const { words, stride } of live) words.fill(-1, row * stride, (row + 1) * stride);
          }
        });
        const whole = arrays().map(({ words, stride }) => Buffer.from(words.buffer, 0, 4 * ROWS * stride));
        expect(whole.map((bytes, index) => written.columns.get(`array ${index}`)!.equals(bytes))).toEqual([
          true,
          true,
        ]);
      }),
      { numRuns: 25 },
    );
  });

  it('hands out whole rows, at most 256 KiB at once', () => {
    const [column] = new RowImage(arrays(), ROWS).columns;
    const sizes: number[] = [];
    for (let part = column.next(); part !== null; part = column.next()) sizes.push(part.length);
    const most = Math.floor(CHUNK_BYTES / 52) * 52;
    expect(sizes).toEqual([most, ROWS * 52 - most]);
  });

  it('hands out nothing of no rows', () => {
    const [column] = new RowImage(arrays(), 0).columns;
    expect([column.bytes, column.next()]).toEqual([0, null]);
  });

  it('hands out nothing when it was closed', () => {
    const image = new RowImage(arrays(), ROWS);
    image.close();
    expect(() => image.columns[0].next()).toThrow('released before it was read');
  });
});
