import { BlockList, isIPv6 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ipCategory } from './ip-category.js';

/**
 * The registries as IANA publishes them: block, "globally reachable" (Y, N, or - for N/A), and our word where one has
 * its own. Typed from the registries, not from our table; the platform's `BlockList` does the matching.
 */
const REGISTRY = `
  0.0.0.0/8            N
  0.0.0.0/32           N  unspecified
  10.0.0.0/8           N  private
  100.64.0.0/10        N  shared
  127.0.0.0/8          N  loopback
  169.254.0.0/16       N  link_local
  172.16.0.0/12        N  private
  192.0.0.0/24         N
  192.0.0.0/29         N
  192.0.0.8/32         N
  192.0.0.9/32         Y
  192.0.0.10/32        Y
  192.0.0.170/32       N
  192.0.0.171/32       N
  192.0.2.0/24         N  documentation
  192.31.196.0/24      Y
  192.52.193.0/24      Y
  192.88.99.0/24       -
  192.168.0.0/16       N  private
  192.175.48.0/24      Y
  198.18.0.0/15        N
  198.51.100.0/24      N  documentation
  203.0.113.0/24       N  documentation
  224.0.0.0/4          -  multicast
  240.0.0.0/4          N
  255.255.255.255/32   N  broadcast
  ::1/128              N  loopback
  ::/128               N  unspecified
  64:ff9b::/96         Y
  64:ff9b:1::/48       N
  100::/64             N
  100:0:0:1::/64       N
  2001::/23            N
  2001::/32            -
  2001:1::1/128        Y
  2001:1::2/128        Y
  2001:1::3/128        Y
  2001:2::/48          N
  2001:3::/32          Y
  2001:4:112::/48      Y
  2001:10::/28         -
  2001:20::/28         Y
  2001:30::/28         Y
  2001:db8::/32        N  documentation
  2002::/16            -
  2620:4f:8000::/48    Y
  3fff::/20            N  documentation
  5f00::/16            N
  fc00::/7             N  private
  fe80::/10            N  link_local
  ff00::/8             -  multicast
  0.0.0.0/0            Y
  2000::/3             Y
  ::/0                 N`
  .trim()
  .split('\n')
  .map((line) => {
    const [block, reachable, word] = line.trim().split(/\s+/);
    const [address, bits] = block.split('/');
    const list = new BlockList();
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // BlockList refuses /0, which is what is left when nothing else matched.
    if (bits !== '0') list.addSubnet(address, Number(bits), family);
    const has = (ip: string): boolean => (bits === '0' ? true : list.check(ip, family));
    return {
      address,
      family,
      bits: Number(bits),
      has,
      category: word ?? (reachable === 'Y' ? 'public' : 'reserved'),
    };
  })
  .sort((a, b) => b.bits - a.bits);

function byRegistry(ip: string): string | undefined {
  const family = isIPv6(ip) ? 'ipv6' : 'ipv4';
  return REGISTRY.find((block) => block.family === family && block.has(ip))?.category;
}

const dotted = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
const colons = (address: bigint): string =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n]
    .map((shift) => ((address >> shift) & 0xffffn).toString(16))
    .join(':');

function toBigInt(ip: string): bigint {
  if (!isIPv6(ip)) return BigInt(ip.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0));
  const [head, tail = ''] = ip.split('::').map((side) => side.split(':').filter(Boolean));
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

describe(ipCategory.name, () => {
  it('agrees with the registries at the edges of every block', () => {
    for (const { address, family, bits } of REGISTRY) {
      const width = family === 'ipv6' ? 128 : 32;
      const first = toBigInt(address);
      const last = first + (1n << BigInt(width - bits)) - 1n;
      for (const edge of [first - 1n, first, first + 1n, last - 1n, last, last + 1n]) {
        if (edge < 0n || edge >> BigInt(width) > 0n) continue;
        const ip = family === 'ipv6' ? colons(edge) : dotted(Number(edge));
        // A mapped address is none of the IPv6 registry's business.
        if (family === 'ipv6' && edge >> 32n === 0xffffn) continue;
        expect({ ip, category: ipCategory(ip) }).toEqual({ ip, category: byRegistry(ip) });
      }
    }
  });

  it('agrees with the registries on every IPv4 address, mapped into IPv6 or not', () => {
    fc.assert(
      fc.property(fc.ipV4(), (ip) => {
        const category = byRegistry(ip);
        expect(ipCategory(ip)).toBe(category);
        expect(ipCategory(`::ffff:${ip}`)).toBe(category);
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees with the registries on every IPv6 address, however it is written', () => {
    const nearABlock = fc
      .tuple(
        fc.constantFrom(...REGISTRY.filter(({ family }) => family === 'ipv6')),
        fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
      )
      .map(([{ address, bits }, noise]) => colons(toBigInt(address) | (noise >> BigInt(bits))));
    const unmapped = fc.oneof(fc.ipV6(), nearABlock).filter((ip) => !/^[0:]+:ffff:[^:]+:?[^:]+$/i.test(ip));
    fc.assert(
      fc.property(unmapped, (ip) => {
        expect(ipCategory(ip)).toBe(byRegistry(ip));
      }),
      { numRuns: 5_000 },
    );
  });
});
