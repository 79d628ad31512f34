import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { embeddedIpv4, isIpv4Mapped, parseIpv4, parseIpv6 } from './ip-address.js';

function parsed(text: string): number[] {
  const groups = new Uint16Array(8).fill(0xaaaa);
  parseIpv6(text, groups);
  return [...groups];
}

describe(parseIpv4.name, () => {
  it('gives the 32 bits', () => {
    expect(parseIpv4('0.0.0.0')).toBe(0);
    expect(parseIpv4('1.2.3.4')).toBe(0x01020304);
    expect(parseIpv4('255.255.255.255')).toBe(-1);
    expect(parseIpv4('::ffff:1.2.3.4', 7)).toBe(0x01020304);
  });
});

describe(parseIpv6.name, () => {
  it.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['1::8', [1, 0, 0, 0, 0, 0, 0, 8]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3:4:5:6:7::', [1, 2, 3, 4, 5, 6, 7, 0]],
    ['::2:3:4:5:6:7:8', [0, 2, 3, 4, 5, 6, 7, 8]],
    ['1:2:3::5:6:7:8', [1, 2, 3, 0, 5, 6, 7, 8]],
    ['2001:0DB8:0000::FFFF', [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0xffff]],
    ['::1.2.3.4', [0, 0, 0, 0, 0, 0, 0x102, 0x304]],
    ['64:ff9b::255.0.0.1', [0x64, 0xff9b, 0, 0, 0, 0, 0xff00, 1]],
    ['1:2:3:4:5:6:1.2.3.4', [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
  ])('reads %s', (text, groups) => {
    expect(parsed(text)).toEqual(groups);
  });

  it('agrees with the URL parser of the platform on every address', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const written = parsed(text).map((group) => group.toString(16));
        expect(new URL(`http://[${written.join(':')}]`).hostname).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe(isIpv4Mapped.name, () => {
  it.each([
    ['::ffff:1.2.3.4', true],
    ['::ffff:102:304', true],
    ['::1.2.3.4', false],
    ['1::ffff:1.2.3.4', false],
    ['::ffff:0:1.2.3.4', false],
  ])('of %s is %s', (text, mapped) => {
    const groups = new Uint16Array(parsed(text));
    expect(isIpv4Mapped(groups)).toBe(mapped);
    expect(embeddedIpv4(groups)).toBe(0x01020304);
  });
});
