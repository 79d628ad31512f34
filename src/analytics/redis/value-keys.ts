import { KeyHash } from '../tables/key-hash.js';
import { highWord, lowWord } from '../tables/time-words.js';

/** How many windows long a span of arrivals is: the longer, the more often one span is all there is to search. */
const WINDOWS_PER_SPAN = 16;

/**
 * Keys by which copies of a value are found: hash of the value and a span of arrivals. As only records that are no duplicates are
 * remembered, a key has at most seventeen, whatever arrives.
 */
export class ValueKeys {
  private readonly spanMs: number;
  private readonly key = new KeyHash([0, 0]);
  private readonly bytes = new Uint8Array(16);
  private readonly words = new Int32Array(this.bytes.buffer);

  constructor(
    private readonly windowMs: number,
    private readonly value: KeyHash,
  ) {
    this.spanMs = WINDOWS_PER_SPAN * (windowMs + 1);
  }

  /** Writes the key of the value's own span, whether the window reaches into another one, and the key of that. */
  write(value: Uint8Array, arrivalMs: number, target: Buffer, at: number): void {
    this.value.ofBytes(value);
    const own = Math.floor(arrivalMs / this.spanMs);
    const before = Math.floor((arrivalMs - this.windowMs) / this.spanMs);
    const after = Math.floor((arrivalMs + this.windowMs) / this.spanMs);
    this.writeKey(own, target, at);
    const near = before < own ? before : after;
    target[at + 8] = near === own ? 0 : 1;
    if (near !== own) this.writeKey(near, target, at + 9);
    else target.fill(0, at + 9, at + 17);
  }

  private writeKey(span: number, target: Buffer, at: number): void {
    const { words, key, value } = this;
    words[0] = value.hi;
    words[1] = value.lo;
    words[2] = lowWord(span);
    words[3] = highWord(span);
    key.ofBytes(this.bytes);
    target.writeInt32BE(key.hi, at);
    target.writeInt32BE(key.lo, at + 4);
  }
}
