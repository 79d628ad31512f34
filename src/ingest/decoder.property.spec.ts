import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rejected } from '../pipeline/outcome.js';
import { decode } from './decode.testing.js';

describe('Decoder', () => {
  it('never throws, whatever the bytes, and gives an object or a rejection', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      '\\u005f',
      '__proto__',
      '-',
      '1e999',
      '9'.repeat(20),
      '\ufeff',
      '\ud800',
      ' ',
      'null',
    );
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array)),
      fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.json().map((text) => Buffer.from(text)),
      fc.json().map((text) => Buffer.from(`{"a":${text}}`)),
      fc.tuple(fc.json(), fc.uint8Array({ maxLength: 4 }), fc.nat(60)).map(([text, noise, at]) => {
        const whole = Buffer.from(text);
        return Buffer.concat([whole.subarray(0, at), noise, whole.subarray(at)]);
      }),
    );
    const unknownFields = fc.constantFrom('keep', 'drop', 'reject');
    fc.assert(
      fc.property(bytes, unknownFields, (value, policy) => {
        const decoded = decode(value, { unknownFields: policy, maxJsonDepth: 4, maxMessageBytes: 60 });
        if (decoded instanceof Rejected) {
          expect(decoded.violations.length).toBeGreaterThan(0);
          expect(decoded.violations[0].rule).toBe(decoded.errorType);
        } else {
          expect(decoded).toEqual(JSON.parse(value.toString()));
          expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
