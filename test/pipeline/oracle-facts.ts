import { createHash, createHmac } from 'node:crypto';
import { country_code } from '@roniemartinez/iptocc';
import type { OracleSettings } from './oracle-fields.js';

/** What is known of a login from its own values. Written plainly, from the contract; it shares nothing with `src`. */

const ipv4Number = (ip: string): number => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

/** The eight groups of an IPv6 address. The platform's URL parser writes its canonical text. */
function groupsOf(ip: string): number[] {
  const [head, tail] = canonical(ip).split('::');
  const numbers = (part = '') => (part === '' ? [] : part.split(':').map((group) => parseInt(group, 16)));
  const [start, end] = [numbers(head), numbers(tail)];
  return [...start, ...new Array<number>(8 - start.length - end.length).fill(0), ...end];
}

const canonical = (ip: string): string => new URL(`http://[${ip}]`).hostname.slice(1, -1);

/** An IPv4-mapped address counts as its IPv4. */
function asIpv4(ip: string): string | null {
  if (!ip.includes(':')) return ip;
  const [a, b, c, d, e, f, high, low] = groupsOf(ip);
  if (a + b + c + d + e !== 0 || f !== 0xffff) return null;
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

const IPV4_RANGES: readonly [from: string, to: string, category: string][] = [
  ['0.0.0.0', '0.0.0.0', 'unspecified'],
  ['0.0.0.1', '0.255.255.255', 'reserved'],
  ['10.0.0.0', '10.255.255.255', 'private'],
  ['100.64.0.0', '100.127.255.255', 'shared'],
  ['127.0.0.0', '127.255.255.255', 'loopback'],
  ['169.254.0.0', '169.254.255.255', 'link_local'],
  ['172.16.0.0', '172.31.255.255', 'private'],
  ['192.0.0.9', '192.0.0.10', 'public'],
  ['192.0.0.0', '192.0.0.255', 'reserved'],
  ['192.0.2.0', '192.0.2.255', 'documentation'],
  ['192.88.99.0', '192.88.99.255', 'reserved'],
  ['192.168.0.0', '192.168.255.255', 'private'],
  ['198.18.0.0', '198.19.255.255', 'reserved'],
  ['198.51.100.0', '198.51.100.255', 'documentation'],
  ['203.0.113.0', '203.0.113.255', 'documentation'],
  ['224.0.0.0', '239.255.255.255', 'multicast'],
  ['240.0.0.0', '255.255.255.254', 'reserved'],
  ['255.255.255.255', '255.255.255.255', 'broadcast'],
];

export function ipCategory(ip: string): string {
  const ipv4 = asIpv4(ip);
  if (ipv4 !== null) {
    const number = ipv4Number(ipv4);
    const range = IPV4_RANGES.find(([from, to]) => ipv4Number(from) <= number && number <= ipv4Number(to));
    return range?.[2] ?? 'public';
  }
  const [first, second] = groupsOf(ip);
  if (canonical(ip) === '::') return 'unspecified';
  if (canonical(ip) === '::1') return 'loopback';
  if (first === 0x2001 && second === 0xdb8) return 'documentation';
  if (first === 0x2001 && second < 0x200) throw new Error(`The oracle does not know the block of ${ip}`);
  if (first === 0x2002) return 'reserved';
  if (first >> 13 === 1) return 'public';
  if (first >> 9 === 0xfc >> 1) return 'private';
  if (first >> 6 === 0xfe80 >> 6) return 'link_local';
  if (first >> 8 === 0xff) return 'multicast';
  return 'reserved';
}

/** By the same data as the service, asked on its own. The European Union is a registry's entry, not a country. */
export function ipCountry(ip: string): string | null {
  if (ipCategory(ip) !== 'public') return null;
  const code = country_code(asIpv4(ip) ?? canonical(ip));
  return code === 'EU' ? null : code;
}

export function privateIp(ip: string, { IP_PRIVACY, PRIVACY_KEY }: OracleSettings): string {
  if (IP_PRIVACY === 'none') return ip;
  if (IP_PRIVACY === 'hash') return createHmac('sha256', PRIVACY_KEY!).update(ip).digest('hex');
  const ipv4 = asIpv4(ip);
  if (ipv4 !== null) return ipv4.replace(/\d+$/, 'xxx');
  const prefix = groupsOf(ip)
    .map((group, index) => (index < 3 ? group.toString(16) : '0'))
    .join(':');
  return canonical(prefix).replace(/::$/, '::xxx');
}

export function privateDeviceId(id: string, { DEVICE_PRIVACY, PRIVACY_KEY }: OracleSettings): string {
  if (DEVICE_PRIVACY === 'none') return id;
  const hash = PRIVACY_KEY === null ? createHash('sha256') : createHmac('sha256', PRIVACY_KEY);
  return hash.update(id).digest('hex');
}

const STATES: Readonly<Record<string, string>> = {
  Northeast: 'CT ME MA NH RI VT NJ NY PA',
  Midwest: 'IL IN MI OH WI IA KS MN MO NE ND SD',
  South: 'DE DC FL GA MD NC SC VA WV AL KY MS TN AR LA OK TX',
  West: 'AZ CO ID MT NV NM UT WY AK CA HI OR WA',
};
/** Only the countries that tests use. */
const COUNTRIES: Readonly<Record<string, string>> = {
  Europe: 'DE GB FR ES IT',
  Asia: 'IN JP CN',
  'South America': 'BR',
  'North America': 'MX US CA',
  Africa: 'NG ZA',
  Oceania: 'AU NZ',
  'Europe/Asia': 'RU TR KZ GE AZ',
  Other: 'PR VI GU AS MP 419 XX',
};

const lookUp = (table: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.keys(table).find((region) => table[region].split(' ').includes(code));

/** `LOCALE_SCHEME=auto`. */
export function region(locale: string): string {
  const code = locale.toUpperCase();
  const subtag = regionSubtag(locale);
  if (subtag === undefined && !/^[A-Z]{2}$/.test(code)) return 'Other';
  const found =
    subtag === undefined ? (lookUp(STATES, code) ?? lookUp(COUNTRIES, code)) : lookUp(COUNTRIES, subtag);
  if (found === undefined) throw new Error(`The oracle does not know the locale ${locale}`);
  return found;
}

function regionSubtag(locale: string): string | undefined {
  try {
    return new Intl.Locale(locale.replaceAll('_', '-')).region;
  } catch {
    return undefined;
  }
}

export const dayOfWeek = (seconds: number): string =>
  new Intl.DateTimeFormat('en-US', { weekday: 'long', timeZone: 'UTC' }).format(seconds * 1000);

export const hourOfDay = (seconds: number): number => new Date(seconds * 1000).getUTCHours();

export const normalizedTimestamp = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
