import type { Random } from './random.js';

const LENGTH = 36;
const DASH = 0x2d;
const DIGITS = Buffer.from('0123456789abcdef');
const scratch = Buffer.alloc(LENGTH);

export function uuidText(random: Random): string {
  return write(random, scratch).toString('latin1');
}

export function uuidBytes(random: Random): Buffer {
  return write(random, Buffer.allocUnsafe(LENGTH));
}

/** Version 4. Written byte by byte because every record takes one: joining strings costs three times as much. */
function write(random: Random, target: Buffer): Buffer {
  let bits = 0;
  let left = 0;
  for (let at = 0; at < LENGTH; at++) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      target[at] = DASH;
      continue;
    }
    if (left === 0) {
      bits = random.uint32();
      left = 8;
    }
    let digit = bits & 15;
    if (at === 14) digit = 4;
    if (at === 19) digit = 8 | (digit & 3);
    target[at] = DIGITS[digit];
    bits >>>= 4;
    left--;
  }
  return target;
}
