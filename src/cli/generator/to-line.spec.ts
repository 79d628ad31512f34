import { describe, expect, it } from '@jest/globals';
import { createGenerator } from './generator.js';
import { toLine } from './to-line.js';

const lineOf = (value: Buffer | null) => toLine({ key: null, value, kind: 'any' });

describe('a line of a record', () => {
  it('holds the bytes of the value as they are, even those that are not UTF-8', () => {
    expect(lineOf(Buffer.from([0x7b, 0xd6, 0x7d])).toString('hex')).toBe('7bd67d0a');
  });

  it('is empty for an empty value, and says null for a null value', () => {
    expect(lineOf(Buffer.alloc(0)).toString()).toBe('\n');
    expect(lineOf(null).toString()).toBe('null\n');
  });

  it('is exactly one line, whatever the fault', () => {
    const generator = createGenerator({ seed: 5, badPercent: 100, startSeconds: 1_700_000_000, rate: 10 });
    for (let i = 0; i < 5_000; i++) {
      const line = toLine(generator.next());
      expect(line.indexOf('\n')).toBe(line.length - 1);
    }
  });
});
