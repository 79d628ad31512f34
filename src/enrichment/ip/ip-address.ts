const DOT = 46;
const COLON = 58;

export const isIpv6 = (text: string): boolean => text.includes(':');

/** An IPv4 address as a signed 32-bit integer, from position `start` to the end. The text is known to be valid. */
export function parseIpv4(text: string, start = 0): number {
  let address = 0;
  let octet = 0;
  for (let position = start; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === DOT) {
      address = (address << 8) | octet;
      octet = 0;
    } else {
      octet = octet * 10 + code - 48;
    }
  }
  return (address << 8) | octet;
}

/**
 * Writes the eight groups of an IPv6 address. The text is known to be valid, so this only has to be fast:
 * libraries that validate as they parse need a microsecond or more, and allocate.
 */
export function parseIpv6(text: string, groups: Uint16Array): void {
  let count = 0;
  let gap = -1;
  let groupStart = 0;
  let group = 0;
  for (let position = 0; position < text.length; position++) {
    const code = text.charCodeAt(position);
    if (code === COLON) {
      if (position > groupStart) groups[count++] = group;
      else if (position > 0) gap = count;
      groupStart = position + 1;
      group = 0;
    } else if (code === DOT) {
      const address = parseIpv4(text, groupStart);
      groups[count++] = address >>> 16;
      groups[count++] = address;
      groupStart = text.length;
      break;
    } else {
      group = (group << 4) | (code <= 57 ? code - 48 : (code | 32) - 87);
    }
  }
  if (groupStart < text.length) groups[count++] = group;
  if (gap < 0) return;
  // What was read after the `::` belongs at the end.
  const after = count - gap;
  for (let index = 1; index <= after; index++) groups[8 - index] = groups[count - index];
  for (let index = gap; index < 8 - after; index++) groups[index] = 0;
}

/** `::ffff:a.b.c.d`: an IPv4 address as a dual-stack socket reports it. */
export function isIpv4Mapped(groups: Uint16Array): boolean {
  return groups[5] === 0xffff && (groups[0] | groups[1] | groups[2] | groups[3] | groups[4]) === 0;
}

/** The IPv4 address in the last two groups. */
export const embeddedIpv4 = (groups: Uint16Array): number => (groups[6] << 16) | groups[7];
