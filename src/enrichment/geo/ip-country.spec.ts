import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IPV4_BLOCKS, IPV6_BLOCKS } from '../data/special-purpose-addresses.js';
import { ipCategory } from '../ip/ip-category.js';
import { ipCountry } from './ip-country.js';
import { ISO_3166_1 } from './iso-3166.js';

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');

describe(ipCountry.name, () => {
  // Universities, research networks and operators that have held these blocks for decades.
  it.each([
    ['8.8.8.8', 'US'], // Google
    ['17.0.0.1', 'US'], // Apple
    ['18.7.22.69', 'US'], // MIT
    ['25.0.0.1', 'GB'], // Ministry of Defence
    ['53.0.0.1', 'DE'], // Mercedes-Benz
    ['129.132.0.1', 'CH'], // ETH Zürich
    ['130.56.0.1', 'AU'], // Australian National University
    ['130.149.1.1', 'DE'], // TU Berlin
    ['133.11.0.1', 'JP'], // University of Tokyo
    ['137.158.0.1', 'ZA'], // University of Cape Town
    ['143.106.0.1', 'BR'], // Unicamp
    ['193.0.6.139', 'NL'], // RIPE NCC
    ['2001:200::1', 'JP'], // WIDE
    ['2001:388::1', 'AU'], // AARNet
    ['2001:620::1', 'CH'], // SWITCH
    ['2001:638::1', 'DE'], // DFN
    ['2001:660::1', 'FR'], // RENATER
    ['2001:4860:4860::8888', 'US'], // Google
    ['2001:4860:4860:0:0:0:0:8888', 'US'],
    ['2001:4860:4860:0000:0000:0000:0.0.136.136', 'US'],
    ['2001:0DB8::1', null],
    ['2003::1', 'DE'], // Deutsche Telekom
  ])('puts %s in %s', (ip, country) => {
    expect(ipCountry(ip)).toBe(country);
  });

  it.each([
    ['52.255.255.255', 'US'],
    ['53.0.0.0', 'DE'],
    ['53.255.255.255', 'DE'],
    ['54.0.0.0', 'US'],
    ['129.131.255.255', 'US'],
    ['129.132.0.0', 'CH'],
    ['129.132.255.255', 'CH'],
    ['129.133.0.0', 'US'],
    ['2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff', null],
    ['2001:200::', 'JP'],
    ['2001:200:ffff:ffff:ffff:ffff:ffff:ffff', 'JP'],
    ['2001:201::', null],
    ['2003:1fff:ffff:ffff:ffff:ffff:ffff:ffff', 'DE'],
    ['2003:2000::', null],
  ])('keeps to the edges of a block: %s is in %s', (ip, country) => {
    expect(ipCountry(ip)).toBe(country);
  });

  it('answers the same in the whole of a block', () => {
    fc.assert(
      fc.property(fc.nat(0xffffff), (host) => {
        expect(ipCountry(dotted((53 << 24) | host))).toBe('DE');
      }),
    );
  });

  it('knows no country of a block that its holder has registered for the European Union', () => {
    expect(ipCountry('139.191.0.1')).toBeNull(); // Joint Research Centre
  });

  it('answers for an IPv4-mapped address, however it is written, as for the IPv4 address', () => {
    fc.assert(
      fc.property(fc.integer(), (address) => {
        const country = ipCountry(dotted(address));
        const hex = `${(address >>> 16).toString(16)}:${(address & 0xffff).toString(16)}`;
        expect(ipCountry(`::ffff:${dotted(address)}`)).toBe(country);
        expect(ipCountry(`::FFFF:${hex}`)).toBe(country);
        expect(ipCountry(`0:0:0:0:0:ffff:${hex}`)).toBe(country);
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers every address with an assigned code or null, whatever the database says', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: 'binary' })), (ip) => {
        const country = ipCountry(ip);
        expect(country === null || ISO_3166_1.has(country)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });

  const notPublicBlocks = [...IPV4_BLOCKS, ...IPV6_BLOCKS].filter(([, category]) => category !== 'public');

  it.each(notPublicBlocks.map(([block]) => block.slice(0, block.indexOf('/'))))(
    'knows no country of the special-purpose address %s',
    (ip) => {
      expect(ipCountry(ip)).toBeNull();
    },
  );

  it('knows no country of any IPv4 address that is not public', () => {
    const notPublic = fc
      .integer()
      .map(dotted)
      .filter((ip) => ipCategory(ip) !== 'public');
    fc.assert(
      fc.property(notPublic, (ip) => {
        expect(ipCountry(ip)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });
});
