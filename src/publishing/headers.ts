import type { RecordHeaders } from '../pipeline/raw-record.js';

/** Input headers travel on unchanged; a record without any gets none. */
export function inputHeaders(headers: RecordHeaders | undefined): RecordHeaders | undefined {
  for (const _name in headers) return headers;
  return undefined;
}

/** Bytes that a record's headers take, roughly: names, values, and a few bytes for each. */
export function headerBytes(headers: RecordHeaders | undefined): number {
  let bytes = 0;
  for (const name in headers) {
    for (const value of [headers[name]].flat())
      bytes += Buffer.byteLength(name) + (value == null ? 0 : Buffer.byteLength(value)) + 10;
  }
  return bytes;
}
