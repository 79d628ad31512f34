import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hmacSha256, sha256 } from './sha256.js';

const text = fc.oneof(
  fc.string({ maxLength: 130, unit: 'binary' }),
  fc.string({ maxLength: 130, unit: 'grapheme-ascii' }),
  // Around and beyond the size that is hashed in place.
  fc.string({ minLength: 160, maxLength: 700, unit: 'binary' }),
);

describe(sha256.name, () => {
  it('equals createHash for every text', () => {
    fc.assert(
      fc.property(text, (value) => {
        expect(sha256(value)).toBe(createHash('sha256').update(value).digest('hex'));
      }),
    );
  });
});

describe(hmacSha256.name, () => {
  it('equals createHmac for every key and every sequence of texts', () => {
    const key = fc.oneof(
      fc.string({ maxLength: 70, unit: 'grapheme-ascii' }),
      fc.string({ maxLength: 200, unit: 'binary' }),
      fc.constantFrom('', 'k'.repeat(63), 'k'.repeat(64), 'k'.repeat(65), 'é'.repeat(32), 'é'.repeat(33)),
    );
    fc.assert(
      fc.property(key, fc.array(text, { minLength: 1, maxLength: 5 }), (secret, values) => {
        const hmac = hmacSha256(secret);
        const expected = values.map((value) => createHmac('sha256', secret).update(value).digest('hex'));
        expect(values.map(hmac)).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps two keys apart', () => {
    const [one, two] = [hmacSha256('one'), hmacSha256('two')];
    const first = one('text');
    expect(two('text')).not.toBe(first);
    expect(one('text')).toBe(first);
  });
});
