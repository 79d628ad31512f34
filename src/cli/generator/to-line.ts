import type { GeneratedRecord } from './generated-record.js';

const NEWLINE = Buffer.from('\n');
const NULL = Buffer.from('null');

/**
 * One line of NDJSON for a record, with its newline. There is exactly one line per record, and it holds the bytes of
 * the value as they are, bad ones too: cut off, not UTF-8, with a byte order mark; an empty value is an empty line. So
 * lines that are fed in again are bad in the same way. This is why they are bytes and not a string.
 *
 * What a line cannot hold: a null value, which becomes the JSON `null` (also an error, of another kind), and key and
 * headers, which are left out.
 */
export function toLine(record: GeneratedRecord): Buffer {
  return Buffer.concat([record.value ?? NULL, NEWLINE]);
}
