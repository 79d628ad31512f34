import { isUtf8 } from 'node:buffer';

/** Keeps a byte order mark, which is part of what was sent. */
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes as text; null if they are not UTF-8. */
export const utf8 = (bytes: Buffer): string | null => (isUtf8(bytes) ? decoder.decode(bytes) : null);

export type Value =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string; readonly parsed: unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer };

/** What a record's value is: JSON, other text, bytes, or nothing at all. */
export function readValue(value: Buffer | null): Value {
  if (value === null) return { kind: 'none' };
  const text = utf8(value);
  if (text === null) return { kind: 'bytes', bytes: value };
  try {
    return { kind: 'json', text, parsed: JSON.parse(text) };
  } catch {
    return { kind: 'text', text };
  }
}

/** JSON without line breaks and tabs, which are white space between its parts: strings cannot hold them. */
export const oneLine = (json: string): string => json.replace(/[\t\r\n]+/g, ' ').trim();
