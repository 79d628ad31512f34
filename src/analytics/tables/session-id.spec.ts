import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readSessionId, writeSessionId } from './session-id.js';

describe('the session id', () => {
  it('is the first 16 hex digits of SHA-256 of user, NUL and second', () => {
    const user = fc.string({ unit: 'binary', maxLength: 130 });
    fc.assert(
      fc.property(user, fc.integer({ min: 1, max: 2 ** 40 }), fc.nat({ max: 3 }), (userId, time, at) => {
        const data = new Int32Array(6).fill(-1);
        writeSessionId(data, at, userId, time);
        const digest = createHash('sha256').update(`${userId}\0${time}`, 'utf8').digest('hex');
        expect(readSessionId(data, at)).toBe(digest.slice(0, 16));
        expect(data.every((word, index) => index === at || index === at + 1 || word === -1)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps its leading zeros', () => {
    expect(readSessionId(Int32Array.of(0x0000_0abc, 0x0123_4567), 0)).toBe('00000abc01234567');
  });
});
