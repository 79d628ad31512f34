import { headerList } from './outgoing-record.js';
import type { OutgoingRecord } from './outgoing-record.js';
import { sizeOfVarint, writeVarint } from './varint.js';

/** Lengths, deltas and the attributes of a record take at most this many bytes. */
const RECORD_OVERHEAD = 30;

/**
 * Writes records in Kafka's format (magic 2) into one buffer that grows: no object per record. kafkajs's own
 * encoder makes five objects and several 64-bit integer objects for each, and fails on a null header value.
 */
export class RecordWriter {
  private buffer: Buffer;
  private position = 0;
  private written = 0;

  constructor(expectedBytes: number) {
    this.buffer = Buffer.allocUnsafeSlow(Math.max(1024, expectedBytes));
  }

  get bytes(): number {
    return this.position;
  }

  get count(): number {
    return this.written;
  }

  /** What has been written; not a copy. */
  take(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  /** Appends a record; all records of a batch share the batch's timestamp. */
  write(record: OutgoingRecord): void {
    const { key, value } = record;
    const headers = record.headers === undefined ? NO_HEADERS : headerList(record.headers);
    const keySize = byteLength(key);
    const headerSize = headers.length === 0 ? 1 : sizeOfHeaders(headers);
    let valueSize = value === null ? 0 : value.length;
    const most = RECORD_OVERHEAD + Math.max(0, keySize) + headerSize + valueSize * 3;
    if (this.position + most > this.buffer.length) this.grow(most);

    const start = this.position;
    let end = this.writeSized(start, record, keySize, headerSize, headers, value === null ? -1 : valueSize);
    if (end < 0) {
      // The value has characters beyond ASCII, so its length in bytes is not its length in characters.
      valueSize = Buffer.byteLength(value as string);
      end = this.writeSized(start, record, keySize, headerSize, headers, valueSize);
    }
    this.position = end;
    this.written++;
  }

  /** @returns the position after the record, or -1 if the value did not have `valueSize` bytes. */
  private writeSized(
    start: number,
    { key, value }: OutgoingRecord,
    keySize: number,
    headerSize: number,
    headers: ReturnType<typeof headerList>,
    valueSize: number,
  ): number {
    const delta = this.written;
    const body =
      2 + // attributes, timestamp delta
      sizeOfVarint(delta) +
      sizeOfVarint(keySize) +
      Math.max(0, keySize) +
      sizeOfVarint(valueSize) +
      Math.max(0, valueSize) +
      headerSize;
    const buffer = this.buffer;
    let at = writeVarint(buffer, start, body);
    buffer[at++] = 0;
    buffer[at++] = 0;
    at = writeVarint(buffer, at, delta);
    at = writeBytes(buffer, writeVarint(buffer, at, keySize), key);
    const valueStart = writeVarint(buffer, at, valueSize);
    at = writeBytes(buffer, valueStart, value);
    if (at - valueStart !== Math.max(0, valueSize)) return -1;
    at = writeVarint(buffer, at, headers.length);
    for (const [name, header] of headers) {
      at = writeBytes(buffer, writeVarint(buffer, at, byteLength(name)), name);
      at = writeBytes(buffer, writeVarint(buffer, at, byteLength(header)), header);
    }
    return at;
  }

  private grow(most: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.position + most));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

const NO_HEADERS: ReturnType<typeof headerList> = [];

/** Bytes of a key or header; -1 for null, as the format wants it. */
function byteLength(data: Buffer | string | null): number {
  if (data === null) return -1;
  return typeof data === 'string' ? Buffer.byteLength(data) : data.length;
}

function writeBytes(buffer: Buffer, at: number, data: Buffer | string | null): number {
  if (data === null) return at;
  return at + (typeof data === 'string' ? buffer.write(data, at) : data.copy(buffer, at));
}

function sizeOfHeaders(headers: ReturnType<typeof headerList>): number {
  let size = sizeOfVarint(headers.length);
  for (const [name, value] of headers) {
    const nameSize = byteLength(name);
    const valueSize = byteLength(value);
    size += sizeOfVarint(nameSize) + nameSize + sizeOfVarint(valueSize) + Math.max(0, valueSize);
  }
  return size;
}
