import { crc32 } from 'node:zlib';
import type { RecordMark } from '../record-mark.js';

/** Something that changed the state. All of them, in order, make the state again. */
export type JournalEntry = BatchEntry | SummaryEntry | ForgetEntry | ResetEntry;

/** A batch was applied. */
export interface BatchEntry {
  readonly kind: 'batch';
  readonly partition: number;
  /** Where the partition stood before: what the entry before it calls `end`. */
  readonly from: number;
  /** The offset that is committed with the batch. */
  readonly end: number;
  /** Wall clock of the batch, in milliseconds. */
  readonly now: number;
  readonly last: RecordMark;
}

/** A summary was taken by time. */
export interface SummaryEntry {
  readonly kind: 'summary';
  /** Wall clock of the summary, in milliseconds. */
  readonly now: number;
}

/** A user was erased. */
export interface ForgetEntry {
  readonly kind: 'forget';
  readonly keys: UserKeys;
}

/** By which the state knows a user, without the name: hashes as signed 32-bit halves. */
export interface UserKeys {
  /** In the users' table. */
  readonly hi: number;
  readonly lo: number;
  /** In the rows of devices. */
  readonly deviceHi: number;
  readonly deviceLo: number;
}

/** The log of a partition is a new one: its positions begin again. */
export interface ResetEntry {
  readonly kind: 'reset';
  readonly partition: number;
}

/** Bytes of an entry in the file. A power of two, so that no entry lies across two blocks of a disk. */
export const ENTRY_BYTES = 64;

const KINDS = ['batch', 'summary', 'forget', 'reset'] as const;

/** Where the fields are. An entry uses those that it has; the others are 0. Numbers are little-endian. */
const AT = {
  kind: 0,
  partition: 4,
  from: 8,
  end: 16,
  now: 24,
  offset: 32,
  timestamp: 40,
  hi: 48,
  lo: 52,
  deviceHi: 8,
  deviceLo: 12,
  place: 56,
};
/** Last, so that an entry of which only the beginning was written has none. */
const CRC = 60;

/**
 * Writes the entry at `start`.
 *
 * @param place how many entries are before it in the journal, so that an entry at a wrong place is noticed
 * @param salt of the journal, so that an entry of another one is noticed
 */
export function encodeEntry(
  entry: JournalEntry,
  target: Buffer,
  start: number,
  place: number,
  salt: number,
): void {
  target.fill(0, start, start + ENTRY_BYTES);
  target[start + AT.kind] = KINDS.indexOf(entry.kind) + 1;
  switch (entry.kind) {
    case 'batch':
      target.writeInt32LE(entry.partition, start + AT.partition);
      target.writeDoubleLE(entry.from, start + AT.from);
      target.writeDoubleLE(entry.end, start + AT.end);
      target.writeDoubleLE(entry.now, start + AT.now);
      target.writeDoubleLE(entry.last.offset, start + AT.offset);
      target.writeDoubleLE(entry.last.timestamp, start + AT.timestamp);
      target.writeInt32LE(entry.last.hi | 0, start + AT.hi);
      target.writeInt32LE(entry.last.lo | 0, start + AT.lo);
      break;
    case 'summary':
      target.writeDoubleLE(entry.now, start + AT.now);
      break;
    case 'forget':
      target.writeInt32LE(entry.keys.hi | 0, start + AT.hi);
      target.writeInt32LE(entry.keys.lo | 0, start + AT.lo);
      target.writeInt32LE(entry.keys.deviceHi | 0, start + AT.deviceHi);
      target.writeInt32LE(entry.keys.deviceLo | 0, start + AT.deviceLo);
      break;
    case 'reset':
      target.writeInt32LE(entry.partition, start + AT.partition);
  }
  target.writeUInt32LE(place >>> 0, start + AT.place);
  target.writeUInt32LE(crcAt(target, start, salt), start + CRC);
}

/** The entry at `start`, or null when what is there is damaged or belongs elsewhere. */
export function decodeEntry(source: Buffer, start: number, place: number, salt: number): JournalEntry | null {
  if (source.readUInt32LE(start + CRC) !== crcAt(source, start, salt)) return null;
  if (source.readUInt32LE(start + AT.place) !== place >>> 0) return null;
  const partition = source.readInt32LE(start + AT.partition);
  const now = source.readDoubleLE(start + AT.now);
  const hi = source.readInt32LE(start + AT.hi);
  const lo = source.readInt32LE(start + AT.lo);
  switch (KINDS[source[start + AT.kind] - 1]) {
    case 'batch': {
      const offset = source.readDoubleLE(start + AT.offset);
      const timestamp = source.readDoubleLE(start + AT.timestamp);
      const from = source.readDoubleLE(start + AT.from);
      const end = source.readDoubleLE(start + AT.end);
      return { kind: 'batch', partition, from, end, now, last: { offset, timestamp, hi, lo } };
    }
    case 'summary':
      return { kind: 'summary', now };
    case 'forget': {
      const deviceHi = source.readInt32LE(start + AT.deviceHi);
      const deviceLo = source.readInt32LE(start + AT.deviceLo);
      return { kind: 'forget', keys: { hi, lo, deviceHi, deviceLo } };
    }
    case 'reset':
      return { kind: 'reset', partition };
    default:
      return null;
  }
}

/** Whether from `start` on there is at most the beginning of an entry: what a crash leaves behind when it cuts off a write. */
export function isCutOff(source: Buffer, start: number): boolean {
  if (source.length - start < ENTRY_BYTES) return true;
  return source.subarray(start + CRC).every((byte) => byte === 0);
}

function crcAt(bytes: Buffer, start: number, salt: number): number {
  return crc32(bytes.subarray(start, start + CRC), salt);
}
