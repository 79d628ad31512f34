import { hash } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;
/** Longest text hashed in place: our fields have at most 128 code points, of at most 4 bytes. */
const MAX_TEXT_BYTES = 512;

export type TextHash = (text: string) => string;

/** SHA-256 in hex. One-shot: a third of the time of `createHash`, which makes three objects per text. */
export const sha256: TextHash = (text) => hash('sha256', text, 'hex');

/**
 * HMAC-SHA-256 in hex, made of two one-shot hashes as RFC 2104 defines it: half the time of `createHmac`. The key's two
 * padded blocks are written once; a text and the inner digest are put behind them.
 */
export function hmacSha256(key: string): TextHash {
  const inner = paddedKey(key, 0x36, MAX_TEXT_BYTES);
  const outer = paddedKey(key, 0x5c, DIGEST);
  return (text) => {
    const roomy = text.length * 3 <= MAX_TEXT_BYTES || Buffer.byteLength(text) <= MAX_TEXT_BYTES;
    const message = roomy
      ? inner.subarray(0, BLOCK + inner.write(text, BLOCK))
      : Buffer.concat([inner.subarray(0, BLOCK), Buffer.from(text)]);
    outer.write(hash('sha256', message, 'binary'), BLOCK, 'latin1');
    return hash('sha256', outer, 'hex');
  };
}

function paddedKey(key: string, pad: number, room: number): Buffer {
  const bytes = Buffer.from(key);
  const short = bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes;
  const block = Buffer.alloc(BLOCK + room).fill(pad, 0, BLOCK);
  for (let index = 0; index < short.length; index++) block[index] ^= short[index];
  return block;
}
