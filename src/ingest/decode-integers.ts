import { shapeOf } from './decode-shape.js';

/** Any number of JSON, from where `lastIndex` stands. */
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const INTEGER = /^-?\d+$/;

/** 2^53, the greatest integer up to which a double holds every one. */
const MAX_EXACT = '9007199254740992';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;

/** Stands for a number that would change. It can be told from all else, for the caller has excluded that key. */
const MARK = '{"__proto__":0}';

/**
 * True if a number of a message would not survive: an integer beyond ±2^53 (written without fraction and
 * exponent), or any number beyond the range of a double, which would come out as null.
 *
 * It decides from the text, because the parsed value no longer tells 2^53 + 1 from 2^53 or 1e20 from an
 * integer. Of duplicate keys only the last counts: so the numbers are marked in the text and the text is parsed
 * again, rather than merely searched. That is slow; call it only when the parsed value has a large number.
 *
 * @param text valid JSON in which no kept object has a key `__proto__`
 * @param depth levels of nesting of the kept content
 */
export function hasUnsafeNumber(text: string, depth: number): boolean {
  const marked = markUnsafeNumbers(text);
  return marked !== text && shapeOf(JSON.parse(marked), depth + 1).forbiddenKey;
}

function markUnsafeNumbers(text: string): string {
  let marked = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
    } else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      const literal = numberAt(text, at);
      if (isUnsafe(literal)) {
        marked += text.slice(copied, at) + MARK;
        copied = at + literal.length;
      }
      at += literal.length;
    } else {
      at++;
    }
  }
  return marked + text.slice(copied);
}

/** The index after the closing quote of the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1;
  return at + 1;
}

function numberAt(text: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)?.[0] ?? text[at];
}

function isUnsafe(literal: string): boolean {
  if (!INTEGER.test(literal)) return !Number.isFinite(Number(literal));
  // JSON has no leading zeros: the longer integer is the greater, and of equal length text order is right.
  const digits = literal.startsWith('-') ? literal.slice(1) : literal;
  return digits.length > MAX_EXACT.length || (digits.length === MAX_EXACT.length && digits > MAX_EXACT);
}
