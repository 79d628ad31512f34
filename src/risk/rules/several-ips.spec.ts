import { describe, expect, it } from '@jest/globals';
import { SeveralIps } from './several-ips.js';

describe('several_ips', () => {
  it.each([
    [1, false],
    [2, true],
    [3, true],
  ])('with %i addresses in the window fires: %s', (ips_in_window, fires) => {
    expect(new SeveralIps().fires({ ips_in_window })).toBe(fires);
  });
});
