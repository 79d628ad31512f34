import { isIP } from 'node:net';
import { textRule } from './rule.js';

/** `not_ip`: neither an IPv4 address (no leading zeros) nor an IPv6 literal without zone. Any range is fine. */
export function IsIpAddress(): PropertyDecorator {
  return textRule({
    name: 'not_ip',
    holds: isIpAddress,
    schema: { format: 'ip' },
    message: '$property must be an IPv4 or IPv6 address.',
  });
}

/** Keeps zones (`fe80::1%eth0`) from `isIP`, which accepts them, and NUL, at which a C parser would stop. */
const IP_CHARACTERS = /^[0-9a-fA-F:.]+$/;

export function isIpAddress(text: string): boolean {
  return IP_CHARACTERS.test(text) && isIP(text) !== 0;
}
