import { embeddedIpv4, isIpv4Mapped, isIpv6, parseIpv6 } from '../ip/ip-address.js';

const groups = new Uint16Array(8);

/**
 * Hides the last octet of an IPv4 address, and all of an IPv6 address but its /48, which is what one
 * customer or site gets. The text is known to be a valid literal.
 */
export function maskIp(ip: string): string {
  if (!isIpv6(ip)) return `${ip.slice(0, ip.lastIndexOf('.'))}.xxx`;
  parseIpv6(ip, groups);
  if (isIpv4Mapped(groups)) {
    const address = embeddedIpv4(groups);
    return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.xxx`;
  }
  return `${prefix48(groups[0], groups[1], groups[2])}::xxx`;
}

/**
 * RFC 5952 shortens the longest run of zero groups, and of a /48 that is always the one at the end: at least five
 * groups, and any zero groups before it. So only trailing zeros go; those in `0:0:1::` stay.
 */
function prefix48(first: number, second: number, third: number): string {
  if (third !== 0) return `${first.toString(16)}:${second.toString(16)}:${third.toString(16)}`;
  if (second !== 0) return `${first.toString(16)}:${second.toString(16)}`;
  return first !== 0 ? first.toString(16) : '';
}
