import { country_code } from '@roniemartinez/iptocc';
import { embeddedIpv4, isIpv4Mapped, isIpv6, parseIpv6 } from '../ip/ip-address.js';
import { ISO_3166_1 } from './iso-3166.js';

/** The database makes a new string at every look-up; a login holds this shared one instead. */
const SHARED: ReadonlyMap<string, string> = new Map([...ISO_3166_1].map((code) => [code, code]));

const lookUp: (ip: string) => string | null = country_code;
const groups = new Uint16Array(8);

/**
 * The country in which an Internet registry has registered the address: ISO 3166-1 alpha-2, upper case. Null where
 * none is registered, and where the registry names no country (`EU`). The text is known to be a valid literal.
 */
export function ipCountry(ip: string): string | null {
  const code = lookUp(isIpv6(ip) ? unmapped(ip) : ip);
  return code === null ? null : (SHARED.get(code) ?? null);
}

/** The IPv4 address in an IPv4-mapped one, which the database does not know; any other as it is. */
function unmapped(ip: string): string {
  parseIpv6(ip, groups);
  if (!isIpv4Mapped(groups)) return ip;
  const address = embeddedIpv4(groups);
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}
