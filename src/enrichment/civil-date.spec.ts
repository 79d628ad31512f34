import { describe, expect, it } from '@jest/globals';
import { civilDate } from './civil-date.js';

describe(civilDate.name, () => {
  it.each([
    [0, '1970-01-01'],
    [58, '1970-02-28'],
    [59, '1970-03-01'],
    [11_016, '2000-02-29'],
    [47_540, '2100-02-28'],
    [47_541, '2100-03-01'],
    [2_932_896, '9999-12-31'],
    [2_932_897, '10000-01-01'],
    [-1, '1969-12-31'],
    [-719_528, '0000-01-01'],
  ])('writes day %d as %s', (day, date) => {
    expect(civilDate(day)).toBe(date);
  });
});
