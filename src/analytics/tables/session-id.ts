import { hash } from 'node:crypto';

/** Words of a session id. */
export const SESSION_ID_WORDS = 2;

/**
 * Writes the id of a session: the first 64 bits of SHA-256 of the user, a NUL byte and the second, in decimal, of the
 * first event that was applied to it.
 */
export function writeSessionId(data: Int32Array, at: number, userId: string, eventTime: number): void {
  const digest = hash('sha256', `${userId}\0${eventTime}`, 'binary');
  for (let word = 0; word < SESSION_ID_WORDS; word++) {
    const byte = (index: number) => digest.charCodeAt(4 * word + index);
    data[at + word] = (byte(0) << 24) | (byte(1) << 16) | (byte(2) << 8) | byte(3);
  }
}

/** The id in 16 hex digits: all at once, which makes one flat string in half the time of joining pieces or of a Buffer. */
export function readSessionId(data: Int32Array, at: number): string {
  const a = data[at];
  const b = data[at + 1];
  return String.fromCharCode(
    digit(a >>> 28),
    digit(a >>> 24),
    digit(a >>> 20),
    digit(a >>> 16),
    digit(a >>> 12),
    digit(a >>> 8),
    digit(a >>> 4),
    digit(a),
    digit(b >>> 28),
    digit(b >>> 24),
    digit(b >>> 20),
    digit(b >>> 16),
    digit(b >>> 12),
    digit(b >>> 8),
    digit(b >>> 4),
    digit(b),
  );
}

/** The code of a hex digit: `0` is 48, `a` is 97. */
function digit(value: number): number {
  const nibble = value & 15;
  return nibble < 10 ? 48 + nibble : 87 + nibble;
}
