import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeHolder, describeHolder, encodeHolder } from './lock-holder.js';

const HOLDER = { pid: 12, host: 'a', instance: 'b', since: '2026-01-02T03:04:05.678Z' };

describe('the text of a lock', () => {
  it('is read as it was written, with what was noted', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (extra) => {
        const holder = JSON.parse(JSON.stringify({ ...extra, ...HOLDER }));
        expect(decodeHolder(encodeHolder(holder))).toEqual(holder);
      }),
    );
  });

  it('is read while the end of a longer one is still behind it', () => {
    const longer = encodeHolder({ ...HOLDER, note: 'x'.repeat(100) });
    encodeHolder(HOLDER).copy(longer);
    expect(decodeHolder(longer)).toEqual(HOLDER);
  });

  it('names nobody as long as it is not whole', () => {
    const whole = encodeHolder(HOLDER);
    for (let length = 0; length < whole.length; length++)
      expect(decodeHolder(whole.subarray(0, length))).toBeNull();
  });

  it.each(['\n', 'null\n', '7\n', '{"pid":"12"}\n', '{}\n', '\0\0\0\n'])(
    'names nobody when it is %j',
    (text) => {
      expect(decodeHolder(Buffer.from(text))).toBeNull();
    },
  );

  it('is said as a phrase', () => {
    expect(describeHolder(HOLDER)).toBe('process 12 on a, since 2026-01-02T03:04:05.678Z');
    expect(describeHolder(null)).toBe('another process');
  });
});
