import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskIp } from './mask-ip.js';

describe(maskIp.name, () => {
  it.each([
    ['1.2.3.4', '1.2.3.xxx'],
    ['255.255.255.255', '255.255.255.xxx'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::xxx'],
    ['2001:0DB8:0001::', '2001:db8:1::xxx'],
    ['2001:db8::1', '2001:db8::xxx'],
    ['2001::1', '2001::xxx'],
    ['2001:0:1::', '2001:0:1::xxx'],
    ['0:1:0:2::', '0:1::xxx'],
    ['0:0:1::', '0:0:1::xxx'],
    ['::1', '::xxx'],
    ['::', '::xxx'],
    ['::1.2.3.4', '::xxx'],
    ['64:ff9b::1.2.3.4', '64:ff9b::xxx'],
    ['::ffff:1.2.3.4', '1.2.3.xxx'],
    ['::FFFF:c0a8:0a01', '192.168.10.xxx'],
    ['0:0:0:0:0:ffff:255.254.253.252', '255.254.253.xxx'],
  ])('makes of %s %s', (ip, masked) => {
    expect(maskIp(ip)).toBe(masked);
  });

  it('agrees with the canonical text that the platform gives the /48', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('0', '1', 'ab', 'ffff'), { minLength: 8, maxLength: 8 }),
        (groups) => {
          fc.pre(groups.slice(0, 3).some((group) => group !== '0'));
          const prefix = new URL(`http://[${[...groups.slice(0, 3), ...Array(5).fill('0')].join(':')}]`)
            .hostname;
          expect(maskIp(groups.join(':'))).toBe(prefix.slice(1, -1).replace(/::$/, '::xxx'));
        },
      ),
    );
  });
});
