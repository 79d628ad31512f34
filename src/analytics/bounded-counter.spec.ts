import { describe, expect, it } from '@jest/globals';
import { BoundedCounter, OTHER } from './bounded-counter.js';

const added = (counter: BoundedCounter, keys: string) =>
  [...keys].map((key) => {
    const { key: under, count } = counter.add(key);
    return `${under}${count}`;
  });

describe('BoundedCounter', () => {
  it('counts by key, the one just added included', () => {
    expect(added(new BoundedCounter(10), 'abaab')).toEqual(['a1', 'b1', 'a2', 'a3', 'b2']);
  });

  it('lets further keys share one count when it is full, and goes on with those it has', () => {
    const counter = new BoundedCounter(2);
    expect(added(counter, 'abcadbc')).toEqual(['a1', 'b1', 'other1', 'a2', 'other2', 'b2', 'other3']);
  });

  it('does not grow with the keys', () => {
    const counter = new BoundedCounter(3);
    for (let key = 0; key < 10_000; key++) counter.add(String(key));
    expect(counter.size).toBe(4);
    expect(counter.add(OTHER).count).toBe(9_998);
  });

  it('keeps keys apart that are members of every object', () => {
    const counter = new BoundedCounter(10);
    for (const key of ['__proto__', 'constructor', 'toString', ''])
      expect(counter.add(key)).toEqual({ key, count: 1 });
  });
});
