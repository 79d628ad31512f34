import { describe, expect, it } from '@jest/globals';
import { parseArrival } from './arrival.js';

describe('parseArrival', () => {
  it.each([
    ['1729894080000', 1_729_894_080_000],
    ['0', 0],
    ['2024-10-25T22:08:00Z', 1_729_894_080_000],
    ['2024-10-25T22:08:00.250Z', 1_729_894_080_250],
    ['2024-10-26T00:08+02:00', 1_729_894_080_000],
    ['2024-10-25', 1_729_814_400_000],
  ])('reads %s', (text, milliseconds) => expect(parseArrival(text)).toBe(milliseconds));

  it.each([
    ['no time', 'soon'],
    ['nothing', ''],
    ['a time without a zone: it would mean another moment on another machine', '2024-10-25T22:08:00'],
    ['a day that does not exist', '2024-13-25'],
    ['what only Date.parse takes', '25 Oct 2024'],
    ['a negative number', '-1'],
    ['more than a date can hold', '9000000000000000'],
  ])('refuses %s', (_, text) => expect(() => parseArrival(text)).toThrow(/must be an ISO 8601 time/));
});
