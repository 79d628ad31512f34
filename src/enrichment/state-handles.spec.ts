import { describe, expect, it } from '@jest/globals';
import { recentTimes, recentValues } from './state-handles.js';
import type { RecentValues } from './state-handles.js';

const NOW = 1_711_302_636;

/** A handle as a store fills it: each value with the seconds since it was seen. */
function filled(
  windowSeconds: number,
  current: number,
  ...seen: [value: number, ago: number][]
): RecentValues {
  const handle = recentValues({ per: 'user_id', of: 'ip', keep: 4, windowSeconds });
  seen.forEach(([value, ago], index) => {
    handle.values[index] = value;
    handle.times[index] = NOW - ago;
  });
  return Object.assign(handle, { size: seen.length, current, now: NOW });
}

describe('recentValues', () => {
  it('remembers nothing at first', () => {
    const { size, includesCurrent, othersNear } = recentValues({
      per: 'user_id',
      of: 'ip',
      keep: 2,
      windowSeconds: 5,
    });
    expect([size, includesCurrent, othersNear]).toEqual([0, false, 0]);
  });

  it.each([
    ['others within the window', filled(10, 1, [2, 10], [3, 11], [4, 0]), 2],
    ['others that come after this event', filled(10, 1, [2, -10], [3, -11]), 1],
    ['others at any distance, without a window', filled(0, 1, [2, 1e9], [3, -1e9]), 2],
    ['not the current value', filled(10, 2, [2, 0], [3, 0]), 1],
    ['all of them where the login has no value', filled(10, -1, [2, 0], [3, 0]), 2],
  ])('counts %s', (_, handle, others) => expect(handle.othersNear).toBe(others));

  it('tells whether the current value was seen, however long ago', () => {
    expect(filled(10, 2, [1, 0], [2, 1e6]).includesCurrent).toBe(true);
    expect(filled(10, 2, [1, 0]).includesCurrent).toBe(false);
    expect(filled(10, -1).includesCurrent).toBe(false);
  });

  it('looks at no more than its size', () => {
    const handle = Object.assign(filled(0, 9, [1, 0], [9, 0]), { size: 1 });
    expect([handle.othersNear, handle.includesCurrent]).toEqual([1, false]);
  });

  it.each([0, 9, 1.5, NaN])('refuses to keep %d', (keep) => {
    expect(() => recentValues({ per: 'user_id', of: 'ip', keep, windowSeconds: 0 })).toThrow(RangeError);
  });
});

describe('recentTimes', () => {
  it('counts the events within the window of this one, either way', () => {
    const handle = recentTimes({ per: 'device_id', keep: 5, windowSeconds: 60 });
    handle.times.set([NOW, NOW - 60, NOW - 61, NOW + 60, NOW]);
    expect(Object.assign(handle, { size: 4, now: NOW }).near).toBe(3);
  });

  it.each([0, 17, 2.5])('refuses to keep %d', (keep) => {
    expect(() => recentTimes({ per: 'user_id', keep, windowSeconds: 0 })).toThrow(
      `"keep" must be a whole number from 1 to 16, and is ${keep}`,
    );
  });

  it.each([
    [{ per: 'ip' }, '"per" must be user_id or device_id, and is ip'],
    [{ windowSeconds: -1 }, '"windowSeconds" must be 0 or more, and is -1'],
    [{ windowSeconds: undefined }, '"windowSeconds" must be 0 or more, and is undefined'],
  ])('refuses %j, which only the compiler would find otherwise', (changes, message) => {
    const spec = { per: 'user_id', keep: 1, windowSeconds: 0, ...changes } as Parameters<
      typeof recentTimes
    >[0];
    expect(() => recentTimes(spec)).toThrow(new RangeError(message));
  });
});
