import type { KeyHash } from '../tables/key-hash.js';

/** Bits of a hash that name a register of a HyperLogLog; the value of a register takes six. */
const REGISTER_BITS = 18;
const VALUE_BITS = 6;
const KEYED_BYTES = 8;
const PLACE_BYTES = 3;

/** Ids of a batch, numbered from 1, each with its hash and its place in a HyperLogLog. */
export class HashedIds {
  private readonly numbers = new Map<string, number>();
  private bytes: Buffer;
  private size = 0;
  private readonly stride: number;

  /**
   * @param keyed the hash by which rows are found
   * @param plain a second hash beside it, which is the same for every key
   */
  constructor(
    private readonly keyed: KeyHash,
    private readonly plain: KeyHash | null = null,
  ) {
    this.stride = KEYED_BYTES + (plain === null ? 0 : KEYED_BYTES) + PLACE_BYTES;
    this.bytes = Buffer.allocUnsafe(256 * this.stride);
  }

  of(id: string): number {
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    this.add(id);
    const number = this.numbers.size + 1;
    this.numbers.set(id, number);
    return number;
  }

  get count(): number {
    return this.numbers.size;
  }

  get encoded(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  private add(id: string): void {
    if (this.size + this.stride > this.bytes.length)
      this.bytes = Buffer.concat([this.bytes], 2 * this.bytes.length);
    const { bytes, keyed, plain } = this;
    keyed.ofString(id);
    let at = bytes.writeInt32BE(keyed.hi, this.size);
    at = bytes.writeInt32BE(keyed.lo, at);
    if (plain !== null) {
      plain.ofString(id);
      at = bytes.writeInt32BE(plain.hi, at);
      at = bytes.writeInt32BE(plain.lo, at);
    }
    this.size = bytes.writeUIntLE(placeOf(keyed.hi, keyed.lo), at, PLACE_BYTES);
  }
}

/** Register and value, in one number, that a hash stands for. */
function placeOf(hi: number, lo: number): number {
  const register = hi >>> (32 - REGISTER_BITS);
  const rest = hi << REGISTER_BITS;
  const zeros = rest !== 0 ? Math.clz32(rest) : 32 - REGISTER_BITS + Math.clz32(lo);
  return register * 2 ** VALUE_BITS + zeros + 1;
}
