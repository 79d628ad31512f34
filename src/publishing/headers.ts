import { headerList } from '../kafka/outgoing-record.js';
import type { RecordHeaders } from '../pipeline/raw-record.js';

/** Input headers travel on unchanged; a record without any gets none. */
export function inputHeaders(headers: RecordHeaders | undefined): RecordHeaders | undefined {
  for (const _name in headers) return headers;
  return undefined;
}

/** Bytes that a record's headers take, roughly: names, values, and a few bytes for each. */
export function headerBytes(headers: RecordHeaders | undefined): number {
  if (inputHeaders(headers) === undefined) return 0;
  let bytes = 0;
  for (const [name, value] of headerList(headers!))
    bytes += Buffer.byteLength(name) + (value === null ? 0 : Buffer.byteLength(value)) + 10;
  return bytes;
}
