import type { RawRecord, RecordHeaders } from '../pipeline/raw-record.js';
import type { FetchedRecord as KafkaJsRecord } from './aborted-records.js';

/** What all records of a record batch share; kafkajs needs it to leave out what was aborted. */
interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

const NO_HEADERS: RecordHeaders = Object.freeze(Object.create(null) as RecordHeaders);

/**
 * A record as fetched. Key and value are views made at each access: a view costs more than everything else here, most
 * records need one of their value for a moment and none of their key, and what is not kept costs no garbage collection.
 */
export class FetchedRecord implements RawRecord, KafkaJsRecord {
  constructor(
    readonly offset: string,
    readonly timestamp: string,
    /** Bytes of key, value and headers together, and a few more. */
    readonly size: number,
    readonly headers: RecordHeaders,
    public isControlRecord: boolean,
    readonly batchContext: BatchContext,
    private readonly source: Buffer,
    private readonly keyStart: number,
    private readonly keyLength: number,
    private readonly valueStart: number,
    private readonly valueLength: number,
  ) {}

  get key(): Buffer | null {
    if (this.keyLength < 0) return null;
    return this.source.subarray(this.keyStart, this.keyStart + this.keyLength);
  }

  get value(): Buffer | null {
    if (this.valueLength < 0) return null;
    return this.source.subarray(this.valueStart, this.valueStart + this.valueLength);
  }
}

const HEADER_BYTES = 61;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
const CODEC = 0x07;

export type Decompress = (codecId: number, data: Buffer) => Promise<Buffer>;

/**
 * Decodes the record batches (magic 2) of a partition's answer to a fetch. The last one may be cut off; it is left out.
 *
 * @returns null if there is a batch of an older format
 */
export async function decodeRecordBatches(
  data: Buffer,
  decompress: Decompress,
): Promise<FetchedRecord[] | null> {
  const records: FetchedRecord[] = [];
  for (let start = 0; start + HEADER_BYTES <= data.length;) {
    const end = start + 12 + data.readInt32BE(start + 8);
    if (data[start + 16] !== 2) return null;
    if (end > data.length) break;
    const attributes = data.readInt16BE(start + 21);
    const codecId = attributes & CODEC;
    const plain = codecId === 0 ? data : await decompress(codecId, data.subarray(start + HEADER_BYTES, end));
    readRecords(data, start, attributes, plain, codecId === 0 ? start + HEADER_BYTES : 0, records);
    start = end;
  }
  return records;
}

function readRecords(
  batch: Buffer,
  start: number,
  attributes: number,
  source: Buffer,
  first: number,
  records: FetchedRecord[],
): void {
  const baseOffset = Number(batch.readBigInt64BE(start));
  const baseTimestamp = Number(batch.readBigInt64BE(start + 27));
  const appendTime = (attributes & LOG_APPEND_TIME) === 0 ? null : String(batch.readBigInt64BE(start + 35));
  const isControl = (attributes & CONTROL) !== 0;
  const context = {
    producerId: String(batch.readBigInt64BE(start + 43)),
    inTransaction: (attributes & TRANSACTIONAL) !== 0,
  };
  const count = batch.readInt32BE(start + 57);
  const reader = new Reader(source, first);
  for (let index = 0; index < count; index++) {
    const size = reader.varint();
    const end = reader.at + size;
    reader.at++; // attributes, unused
    const timestamp = baseTimestamp + reader.varint();
    const offset = baseOffset + reader.varint();
    const keyLength = reader.varint();
    const keyStart = reader.at;
    if (keyLength > 0) reader.at += keyLength;
    const valueLength = reader.varint();
    const valueStart = reader.at;
    if (valueLength > 0) reader.at += valueLength;
    const headerCount = reader.varint();
    records.push(
      new FetchedRecord(
        String(offset),
        appendTime ?? String(timestamp),
        size,
        headerCount === 0 ? NO_HEADERS : readHeaders(reader, headerCount),
        isControl,
        context,
        source,
        keyStart,
        keyLength,
        valueStart,
        valueLength,
      ),
    );
    reader.at = end;
  }
}

/** The object has no prototype: any name of a header is only a name. */
function readHeaders(reader: Reader, count: number): RecordHeaders {
  const headers = Object.create(null) as RecordHeaders;
  for (let index = 0; index < count; index++) {
    const name = reader.bytes()?.toString() ?? '';
    const value = reader.bytes();
    const earlier = headers[name];
    if (earlier === undefined) headers[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else headers[name] = [earlier, value];
  }
  return headers;
}

class Reader {
  constructor(
    private readonly buffer: Buffer,
    public at: number,
  ) {}

  /** A zig-zag variable-length integer of up to 53 bits. */
  varint(): number {
    const { buffer } = this;
    let byte = buffer[this.at++];
    let value = byte & 0x7f;
    for (let factor = 0x80; byte > 0x7f; factor *= 0x80) {
      byte = buffer[this.at++];
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }
}
