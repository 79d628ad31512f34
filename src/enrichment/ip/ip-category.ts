import { IPV4_BLOCKS, IPV6_BLOCKS } from '../data/special-purpose-addresses.js';
import type { IpCategory } from '../data/special-purpose-addresses.js';
import { embeddedIpv4, isIpv4Mapped, isIpv6, parseIpv4, parseIpv6 } from './ip-address.js';

interface Ipv4Block {
  readonly base: number;
  readonly mask: number;
  readonly category: IpCategory;
}

interface Ipv6Block {
  readonly base: Uint16Array;
  readonly bits: number;
  readonly category: IpCategory;
}

const bitsOf = (block: string): number => Number(block.slice(block.indexOf('/') + 1));
const addressOf = (block: string): string => block.slice(0, block.indexOf('/'));
const longestFirst = <Row extends readonly [string, IpCategory]>(rows: readonly Row[]): Row[] =>
  [...rows].sort(([a], [b]) => bitsOf(b) - bitsOf(a));

/** By first octet, so that nearly every address meets an empty list or a single comparison. */
const IPV4_BY_OCTET: readonly (readonly Ipv4Block[])[] = Array.from({ length: 256 }, (_, octet) =>
  longestFirst(IPV4_BLOCKS)
    .map(([block, category]) => ({
      base: parseIpv4(addressOf(block)),
      mask: -1 << (32 - bitsOf(block)),
      category,
    }))
    .filter(({ base, mask }) => ((octet << 24) & mask) === (base & mask & 0xff000000)),
);

const IPV6_LONGEST_FIRST: readonly Ipv6Block[] = longestFirst(IPV6_BLOCKS).map(([block, category]) => {
  const base = new Uint16Array(8);
  parseIpv6(addressOf(block), base);
  return { base, bits: bitsOf(block), category };
});

/** Blocks of 16 bits and more by first group; the few wider ones are tried after them. */
const IPV6_BY_GROUP = new Map<number, Ipv6Block[]>();
for (const block of IPV6_LONGEST_FIRST.filter(({ bits }) => bits >= 16)) {
  const [group] = block.base;
  IPV6_BY_GROUP.set(group, [...(IPV6_BY_GROUP.get(group) ?? []), block]);
}
const IPV6_WIDE = IPV6_LONGEST_FIRST.filter(({ bits }) => bits < 16);

const groups = new Uint16Array(8);

/** What kind of address it is. The text is known to be a valid literal. */
export function ipCategory(ip: string): IpCategory {
  if (!isIpv6(ip)) return ipv4Category(parseIpv4(ip));
  parseIpv6(ip, groups);
  if (isIpv4Mapped(groups)) return ipv4Category(embeddedIpv4(groups));
  const narrow = IPV6_BY_GROUP.get(groups[0]);
  return (narrow && firstMatch(narrow)) ?? firstMatch(IPV6_WIDE) ?? 'reserved';
}

function ipv4Category(address: number): IpCategory {
  for (const block of IPV4_BY_OCTET[address >>> 24]) {
    if ((address & block.mask) === block.base) return block.category;
  }
  return 'public';
}

function firstMatch(blocks: readonly Ipv6Block[]): IpCategory | undefined {
  for (const { base, bits, category } of blocks) {
    if (startsWith(base, bits)) return category;
  }
  return undefined;
}

function startsWith(base: Uint16Array, bits: number): boolean {
  const whole = bits >> 4;
  for (let index = 0; index < whole; index++) {
    if (groups[index] !== base[index]) return false;
  }
  const rest = bits & 15;
  return rest === 0 || (groups[whole] ^ base[whole]) >> (16 - rest) === 0;
}
