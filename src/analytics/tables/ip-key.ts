import { isIpv4Mapped, isIpv6, parseIpv4, parseIpv6 } from '../../enrichment/ip/ip-address.js';

/** The words above an IPv4 address. */
export const MAPPED_WORDS: readonly number[] = [0, 0, 0xffff];

/**
 * IP addresses as 128-bit numbers, exactly. An IPv4 address is the number of its IPv4-mapped form (`::ffff:a.b.c.d`), so that both
 * ways to write it are one address; addresses are ordered as these numbers.
 */
export class IpKey {
  /** The address last read, most significant word first. */
  readonly words = new Int32Array(4);
  /** Whether that is an IPv4 address, however it was written. */
  isIpv4 = false;
  private readonly groups = new Uint16Array(8);

  /** @param text a valid address without zone */
  read(text: string): void {
    const { words, groups } = this;
    if (isIpv6(text)) {
      parseIpv6(text, groups);
      for (let word = 0; word < 4; word++) words[word] = (groups[2 * word] << 16) | groups[2 * word + 1];
      this.isIpv4 = isIpv4Mapped(groups);
    } else {
      words[0] = 0;
      words[1] = 0;
      words[2] = 0xffff;
      words[3] = parseIpv4(text);
      this.isIpv4 = true;
    }
  }
}
