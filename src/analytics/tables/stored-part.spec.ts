import { describe, expect, it } from '@jest/globals';
import { StoredPart } from './stored-part.js';
import { WrittenImage } from './testing.js';
import { CopiedColumn } from './copied-column.js';

const FACTS = {
  users: { size: 3, last: null, name: 'x', counts: [['__proto__', 2]], hours: [1, 2] },
  none: null,
};
const users = () =>
  StoredPart.all(new WrittenImage(FACTS, [new CopiedColumn('users.rows', Int32Array.of(1, -2))])).part(
    'users',
  );

describe(StoredPart.name, () => {
  it('gives what was stored', async () => {
    const words = new Int32Array(4);
    await users().column('rows', words.subarray(1, 3));
    expect(words).toEqual(Int32Array.of(0, 1, -2, 0));
    expect(users().whole('size', 3)).toBe(3);
    expect([users().optionalWhole('last'), users().optionalWhole('size')]).toEqual([null, 3]);
    expect([users().optionalText('last'), users().optionalText('name')]).toEqual([null, 'x']);
    expect(users().counts('counts')).toEqual([['__proto__', 2]]);
    expect(users().wholes('hours', 2)).toEqual([1, 2]);
    expect(StoredPart.all(new WrittenImage(FACTS, [])).optionalPart('none')).toBeNull();
  });

  it.each<[string, (part: StoredPart) => unknown, string]>([
    ['a missing fact', (part) => part.whole('rows'), 'the stored state has no users.rows'],
    ['what every object has', (part) => part.whole('toString'), 'the stored state has no users.toString'],
    ['facts of a fact', (part) => part.part('size').whole('x'), 'the stored state has no users.size.x'],
    [
      'a number that is too great',
      (part) => part.whole('size', 2),
      'users.size of the stored state should be a whole number from 0 to 2, and is not',
    ],
    ['a text that is a number', (part) => part.optionalText('size'), 'should be a text or null'],
    ['a list of another length', (part) => part.wholes('hours', 3), 'should be 3 numbers'],
    ['counts that are none', (part) => part.counts('hours'), 'should be counts by key'],
    ['a list that is none', (part) => part.list('size'), 'should be a list'],
  ])('refuses %s', (_, read, message) => {
    expect(() => read(users())).toThrow(RangeError);
    expect(() => read(users())).toThrow(message);
  });

  it.each([
    ['a missing column', 'used', 2, 'the stored state has no users.used'],
    [
      'a column of another length',
      'rows',
      3,
      'users.rows of the stored state should have 12 bytes, and has 8',
    ],
  ])('refuses %s', async (_, column, words, message) => {
    await expect(users().column(column, new Int32Array(words))).rejects.toThrow(new RangeError(message));
  });
});
