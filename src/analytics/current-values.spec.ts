import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Login } from '../pipeline/login.js';
import { ReadValues } from './current-values.js';
import { KeyHash } from './tables/key-hash.js';

/** What a field with this value is remembered as. */
const remembered = (value: unknown): number =>
  new ReadValues(['a field']).read({ 'a field': value } as unknown as Login)[0];

describe(ReadValues.name, () => {
  it('reads the fields in their order, always into the same array', () => {
    const values = new ReadValues(['locale', 'event_time']);
    const { current } = values;
    expect(values.read({ event_time: 7, locale: 'NC' } as Login)).toBe(current);
    expect([...current]).toEqual([remembered('NC'), 7]);
  });

  it.each([
    ['a number as itself', 7, 7],
    ['the greatest', 2 ** 32 - 1, 2 ** 32 - 1],
    ['true', true, 1],
    ['false', false, 0],
    ['null', null, -1],
    ['undefined', undefined, -1],
    ['a list', [1], -1],
  ])('remembers %s', (_, value, expected) => expect(remembered(value)).toBe(expected));

  it.each([-1, 2 ** 32, 0.5, NaN, 'text', ''])(
    'remembers %j by a whole number of 32 bits, the same in every process',
    (value) => {
      const number = remembered(value);
      expect(number >>> 0).toBe(number);
      expect(remembered(value)).toBe(number);
    },
  );

  it('hashes a text as the tables do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hash = new KeyHash([0, 0]);
        hash.ofString(text);
        expect(remembered(text)).toBe(hash.lo >>> 0);
      }),
    );
  });
});
