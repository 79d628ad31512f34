import { crc32 } from 'node:zlib';
import { CorruptCheckpoint, ForeignCheckpoint } from './checkpoint-errors.js';
import { CHECKPOINT_FORMAT } from './checkpoint-manifest.js';
import type { CheckpointManifest } from './checkpoint-manifest.js';

/*
 * The file: header, the columns one behind the other, the manifest as JSON, trailer. The manifest comes after the columns
 * because it has their checksums; the trailer says where it is.
 */

const MAGIC = 'LGSTRMC\n';

/** Header: the magic, the format as 4 bytes, 4 bytes 0. Any format begins so. */
export const HEADER_BYTES = 16;

/** Trailer: bytes of the manifest (4), CRC-32 of the manifest (4), CRC-32 of these eight bytes (4), the format (4), the magic. */
export const TRAILER_BYTES = 24;

export function encodeHeader(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(CHECKPOINT_FORMAT, 8);
  return header;
}

/** @throws CheckpointError when it is not the beginning of a checkpoint of this format */
export function checkHeader(header: Buffer, path: string): void {
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new CorruptCheckpoint(path, 'it does not begin like a checkpoint of this service');
  }
  const format = header.readUInt32LE(8);
  if (format !== CHECKPOINT_FORMAT) throw new ForeignCheckpoint(path, format, CHECKPOINT_FORMAT);
  if (header.readUInt32LE(12) !== 0)
    throw new CorruptCheckpoint(path, 'its first bytes are not what was written');
}

/** The manifest and the trailer. */
export function encodeEnd(manifest: CheckpointManifest): Buffer {
  const json = Buffer.from(JSON.stringify(manifest));
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeUInt32LE(json.length, 0);
  trailer.writeUInt32LE(crc32(json), 4);
  trailer.writeUInt32LE(crc32(trailer.subarray(0, 8)), 8);
  trailer.writeUInt32LE(CHECKPOINT_FORMAT, 12);
  trailer.write(MAGIC, 16, 'latin1');
  return Buffer.concat([json, trailer]);
}

/**
 * How long the manifest before this trailer is, in bytes.
 *
 * @throws CorruptCheckpoint
 */
export function manifestBytes(trailer: Buffer, path: string): number {
  const whole =
    trailer.toString('latin1', 16) === MAGIC &&
    trailer.readUInt32LE(12) === CHECKPOINT_FORMAT &&
    trailer.readUInt32LE(8) === crc32(trailer.subarray(0, 8));
  if (!whole) throw new CorruptCheckpoint(path, 'it ends early, or its last bytes are not what was written');
  return trailer.readUInt32LE(0);
}

/** @throws CorruptCheckpoint */
export function decodeManifest(json: Buffer, trailer: Buffer, path: string): CheckpointManifest {
  if (trailer.readUInt32LE(4) !== crc32(json)) {
    throw new CorruptCheckpoint(path, 'its manifest is not what was written');
  }
  return JSON.parse(json.toString()) as CheckpointManifest;
}
