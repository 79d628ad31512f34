import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rejected } from '../pipeline/outcome.js';
import { decode, KEEP, rejection } from './decode.testing.js';

describe('Decoder: integers, where fields are kept', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '18014398509481984',
    '18446744073709551615',
    '1e400',
    '-1e400',
    '1' + '0'.repeat(400),
  ])('rejects %s at any depth', (literal) => {
    expect(rejection(`{"a":${literal}}`, KEEP).errorType).toBe('unsafe_integer');
    expect(rejection(`{"a":[{"b":[0,${literal}]}],"c":1}`, KEEP).errorType).toBe('unsafe_integer');
  });

  it.each([
    '9007199254740992',
    '-9007199254740992',
    '9007199254740991',
    '1e20',
    '1.5e300',
    '-1E+20',
    '1e-400',
    '9007199254740993.5',
    '"9007199254740993"',
    '"\\"9007199254740993"',
    '"\\\\",9007199254740992.0',
    '{"9007199254740993":9007199254740992}',
  ])('accepts %s', (literal) => {
    const text = `{"a":[${literal}]}`;
    expect(decode(text, KEEP)).toEqual(JSON.parse(text));
  });

  it.each(['drop', 'reject'] as const)('accepts any number with UNKNOWN_FIELDS=%s', (unknownFields) => {
    const text = '{"a":18446744073709551615,"b":[1e400]}';
    expect(decode(text, { unknownFields })).toEqual(JSON.parse(text));
  });

  it('finds exactly the integers beyond 2^53 in any JSON text', () => {
    const literal = fc.bigInt({ min: -(2n ** 53n + 9n), max: 2n ** 53n + 9n });
    const leaf = fc.oneof(
      literal,
      fc.constantFrom(2n ** 53n, -(2n ** 53n)),
      fc.string(),
      fc.double({ noNaN: true }),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4, withCrossShrink: true },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        let unsafe = false;
        const write = (node: unknown): string => {
          if (typeof node === 'bigint') {
            unsafe ||= node > 2n ** 53n || node < -(2n ** 53n);
            return String(node);
          }
          if (Array.isArray(node)) return `[${node.map(write).join()}]`;
          if (typeof node !== 'object' || node === null) return floatText(node);
          return `{${Object.entries(node)
            .filter(([key]) => key !== '__proto__')
            .map(([key, child]) => `${JSON.stringify(key)}:${write(child)}`)
            .join()}}`;
        };
        const text = `{"value":${write(value)}}`;
        const decoded = decode(text, KEEP);
        expect(decoded instanceof Rejected && decoded.errorType).toBe(unsafe && 'unsafe_integer');
      }),
      { numRuns: 3000 },
    );
  });
});

/** A number in the notation that shows it as a floating-point number; all else as JSON. */
function floatText(value: unknown): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  return Number.isFinite(value) ? value.toExponential() : '0';
}
