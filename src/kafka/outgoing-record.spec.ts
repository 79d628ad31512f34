import { describe, expect, it } from '@jest/globals';
import { headerList } from './outgoing-record.js';

describe('headerList', () => {
  it('keeps the order, several values of one name, and null', () => {
    const [one, two] = [Buffer.from('1'), Buffer.from('2')];
    expect(headerList({ b: one, a: [two, null, 'three'], c: null })).toEqual([
      ['b', one],
      ['a', two],
      ['a', null],
      ['a', 'three'],
      ['c', null],
    ]);
  });

  it('takes the values and leaves what the reader inherited from Object.prototype', () => {
    const value = Buffer.from('x');
    const read = {
      toString: [Object.prototype.toString, value],
      constructor: [Object, value],
      left: undefined,
    };
    expect(headerList(read as never)).toEqual([
      ['toString', value],
      ['constructor', value],
    ]);
  });
});
