import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IpKey } from './ip-key.js';

function numberOf(text: string): bigint {
  const key = new IpKey();
  key.words.fill(-1);
  key.read(text);
  return key.words.reduce((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
}

describe(IpKey.name, () => {
  it.each([
    ['1.2.3.4', 0xffff_0102_0304n],
    ['255.255.255.255', 0xffff_ffff_ffffn],
    ['::ffff:1.2.3.4', 0xffff_0102_0304n],
    ['::FFFF:102:304', 0xffff_0102_0304n],
    ['::1.2.3.4', 0x0102_0304n],
    ['::', 0n],
    ['2001:db8::1', 0x2001_0db8_0000_0000_0000_0000_0000_0001n],
  ])('reads %s', (text, number) => {
    expect(numberOf(text)).toBe(number);
  });

  it.each([
    ['1.2.3.4', true],
    ['::ffff:1.2.3.4', true],
    ['::FFFF:102:304', true],
    ['::1.2.3.4', false],
    ['::fffe:1.2.3.4', false],
    ['2001:db8::ffff:1.2.3.4', false],
  ])('knows whether %s is an IPv4 address', (text, isIpv4) => {
    const key = new IpKey();
    key.read(text);
    expect(key.isIpv4).toBe(isIpv4);
  });

  it('gives every IPv4 address the number of its mapped form', () => {
    fc.assert(fc.property(fc.ipV4(), (text) => expect(numberOf(text)).toBe(numberOf(`::ffff:${text}`))));
  });

  it('reads every IPv6 address, whatever it read before', () => {
    const key = new IpKey();
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV4(), (text, other) => {
        key.read(other);
        key.read(text);
        const groups = [...key.words].flatMap((word) => [word >>> 16, word & 0xffff]);
        const written = groups.map((group) => group.toString(16)).join(':');
        expect(new URL(`http://[${written}]`).hostname).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 1_000 },
    );
  });
});
