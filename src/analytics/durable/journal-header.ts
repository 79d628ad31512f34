import { crc32 } from 'node:zlib';
import { JournalError } from './journal-error.js';

/** Bytes before the first entry: as many as an entry has, so that entries stay aligned. */
export const HEADER_BYTES = 64;

/** Version of the form of the file. */
export const JOURNAL_FORMAT = 1;

const MAGIC = 'LGSTRMJ\n';
const AT = { version: 8, salt: 12, crc: 60 };

/** @param salt any 32 bits, not likely to be those of another journal */
export function encodeHeader(salt: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(JOURNAL_FORMAT, AT.version);
  header.writeUInt32LE(salt, AT.salt);
  header.writeUInt32LE(crc32(header.subarray(0, AT.crc)), AT.crc);
  return header;
}

/**
 * The journal's salt, or null when its creation was cut off: then it has no entries.
 *
 * @throws JournalError when this is no journal, or one of another version
 */
export function decodeHeader(file: Buffer, path: string): number | null {
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
  return header.readUInt32LE(AT.salt);
}
