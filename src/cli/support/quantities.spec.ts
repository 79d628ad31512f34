import { describe, expect, it } from '@jest/globals';
import { byteText, durationText, grouped } from './quantities.js';

describe('figures for people', () => {
  it.each([
    [0, '0'],
    [1_234_567, '1,234,567'],
    [-12.5, '-12.5'],
  ])('groups the digits of %p', (value, text) => expect(grouped(value)).toBe(text));

  it.each([
    [0, '0 bytes'],
    [1_023, '1023 bytes'],
    [1_024, '1 KiB'],
    [1_048_588, '1 MiB'],
    [1_600_000, '1.5 MiB'],
    [2 ** 60, '1048576 TiB'],
  ])('writes %p bytes in a unit that fits', (value, text) => expect(byteText(value)).toBe(text));

  it.each([
    [0, '0 ms'],
    [1_500, '1,500 ms'],
    [1_000, '1 second'],
    [90_000, '90 seconds'],
    [7_200_000, '2 hours'],
    [604_800_000, '7 days'],
  ])('writes %p ms exactly', (value, text) => expect(durationText(value)).toBe(text));
});
