import { describe, expect, it } from '@jest/globals';
import { ISO_3166_1 } from './iso-3166.js';

describe('ISO_3166_1', () => {
  it('has the 249 assigned codes, in upper case', () => {
    expect(ISO_3166_1.size).toBe(249);
    expect([...ISO_3166_1].filter((code) => !/^[A-Z]{2}$/.test(code))).toEqual([]);
  });

  it.each(['US', 'GB', 'PR', 'TL', 'AQ', 'SS', 'CW', 'TW', 'PS'])('has %s', (code) => {
    expect(ISO_3166_1.has(code)).toBe(true);
  });

  it.each(['EU', 'AP', 'UK', 'XK', 'AC', 'TA', 'ZZ', 'XX', 'AN', 'CS', 'A1', '-', '--', '', 'us'])(
    'does not have "%s"',
    (code) => {
      expect(ISO_3166_1.has(code)).toBe(false);
    },
  );
});
