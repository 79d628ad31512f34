import type { Random } from './random.js';
import { weighted } from './weighted.js';

const US_STATES = (
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR ' +
  'PA RI SC SD TN TX UT VT VA WA WV WI WY'
).split(' ');
const US_OTHERS = ['DC', 'PR', 'GU', 'VI'];
const COUNTRIES = 'RU DE IN BR GB FR JP MX TR KZ NG AU ZA ES IT'.split(' ');
const LANGUAGE_TAGS = 'en-US en-GB de-DE fr-CA pt-BR es-419 zh-Hans-CN hi-IN ja-JP en_US'.split(' ');

const localeKind = weighted([
  [US_STATES, 90],
  [US_OTHERS, 1],
  [COUNTRIES, 6],
  [LANGUAGE_TAGS, 3],
]);

/** Mostly a US state, as in real traffic. */
export function drawLocale(random: Random): string {
  return random.oneOf(localeKind(random));
}

/** The spellings that occur. `web` and `desktop` are valid, and filtered by default. */
export const drawDeviceType = weighted([
  ['iOS', 500],
  ['android', 465],
  ['Android', 15],
  ['web', 14],
  ['desktop', 6],
]);

export const drawAppVersion = weighted([
  ['2.3.0', 930],
  ['2.2.1', 35],
  ['2.4.0', 25],
  ['2.3.1', 6],
  ['1.12.4', 3],
  ['3.0.0', 1],
]);

const IPV6_PREFIXES = ['2600:1700', '2607:fb90', '2a02:8109', '2401:4900', '2003:e4', 'fd00:1f2e', 'fe80'];

/**
 * IPv4 over the whole space, as real traffic has it: 14 % of it private, multicast or reserved by nature. A few IPv6.
 */
export function drawIp(random: Random): string {
  if (random.chance(0.03)) return ipv6(random);
  const bits = random.uint32();
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

function ipv6(random: Random): string {
  const host = random.uint32();
  const group = (bits: number) => (bits & 0xffff).toString(16);
  return `${random.oneOf(IPV6_PREFIXES)}:${group(random.uint32())}::${group(host >>> 16)}:${group(host)}`;
}

/** A few old clients send a number in this form where others send a UUID. */
export function drawLegacyDeviceId(random: Random): string {
  return `${random.between(100, 999)}-${random.between(10, 99)}-${random.between(1000, 9999)}`;
}
