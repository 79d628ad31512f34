import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { JournalError } from './journal-error.js';

/** Bytes before the first entry: as many as an entry has, so that entries stay aligned. */
export const HEADER_BYTES = 64;

/** Version of the form of the file. */
export const JOURNAL_FORMAT = 1;

const MAGIC = 'LGSTRMJ\n';
const AT = { version: 8, salt: 12, decisions: 16, crc: 60 };
const DECISIONS_BYTES = 16;

/** What the beginning of a journal says. */
export interface JournalHeader {
  readonly salt: number;
  /** By which settings its batches were decided ({@link digestOf}); undefined: it does not say. */
  readonly decisions: string | undefined;
}

/** By what settings that decide outcomes are compared: 32 hexadecimal digits. */
export const digestOf = (decisions: string): string =>
  hash('sha256', decisions).slice(0, 2 * DECISIONS_BYTES);

/** The salt is any 32 bits, not likely to be those of another journal. */
export function encodeHeader({ salt, decisions = '' }: JournalHeader): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(JOURNAL_FORMAT, AT.version);
  header.writeUInt32LE(salt, AT.salt);
  header.write(decisions, AT.decisions, DECISIONS_BYTES, 'hex');
  header.writeUInt32LE(crc32(header.subarray(0, AT.crc)), AT.crc);
  return header;
}

/**
 * What the journal says of itself, or null when its creation was cut off: then it has no entries.
 *
 * @throws JournalError when this is no journal, or one of another version
 */
export function decodeHeader(file: Buffer, path: string): JournalHeader | null {
  const header = file.subarray(0, HEADER_BYTES);
  const cutOff = file.length < HEADER_BYTES && MAGIC.startsWith(header.toString('latin1', 0, MAGIC.length));
  if (cutOff || file.every((byte) => byte === 0)) return null;
  if (header.length < HEADER_BYTES || header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new JournalError('not_a_journal', path, `${path} is no journal of this service: move it away.`);
  }
  const version = header.readUInt32LE(AT.version);
  if (version !== JOURNAL_FORMAT) {
    throw new JournalError(
      'foreign_version',
      path,
      `The journal ${path} has format ${version}, and this version of the service reads format ${JOURNAL_FORMAT}: ` +
        `run the version that wrote it.`,
    );
  }
  if (header.readUInt32LE(AT.crc) !== crc32(header.subarray(0, AT.crc))) {
    throw new JournalError('not_a_journal', path, `The beginning of the journal ${path} is damaged.`);
  }
  const decisions = header.subarray(AT.decisions, AT.decisions + DECISIONS_BYTES);
  return {
    salt: header.readUInt32LE(AT.salt),
    decisions: decisions.every((byte) => byte === 0) ? undefined : decisions.toString('hex'),
  };
}
