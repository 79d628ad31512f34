import { describe, expect, it } from '@jest/globals';
import { numberOption } from './number-option.js';

describe('a number option', () => {
  it.each([
    ['0', 0],
    ['0.5', 0.5],
    ['1e3', 1_000],
    ['100', 100],
  ])('takes %j', (text, value) => {
    expect(numberOption({ least: 0, most: 1_000 })(text)).toBe(value);
  });

  it.each(['', ' ', '-1', '1001', 'many', '1,000', 'NaN', 'Infinity'])('refuses %j, and says why', (text) => {
    expect(() => numberOption({ least: 0, most: 1_000 })(text)).toThrow(
      'It must be a number from 0 to 1000.',
    );
  });

  it.each(['1.5', '9007199254740993', 'Infinity', '0'])('refuses %j as a whole number from 1', (text) => {
    expect(() => numberOption({ least: 1, whole: true })(text)).toThrow(
      'It must be a whole number of at least 1.',
    );
  });
});
