import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { compress as zstdCompress, decompress as zstdDecompress } from '@mongodb-js/zstd';
import { compressFrame as lz4Compress, decompressFrame as lz4Decompress } from 'lz4-napi';
import { compress as snappyCompress, uncompress as snappyUncompress } from 'snappy';
import type { Compression } from '../config/delivery.settings.js';

/** A Kafka compression codec. Work is done on libuv's threads, not on the event loop. */
export interface Codec {
  /** The number of the codec in the attributes of a record batch. */
  readonly id: number;
  compress(data: Buffer): Promise<Buffer>;
  decompress(data: Buffer): Promise<Buffer>;
}

export const CODECS: Readonly<Record<Compression, Codec>> = {
  none: { id: 0, compress: async (data) => data, decompress: async (data) => data },
  gzip: { id: 1, compress: promisify<Buffer, Buffer>(gzip), decompress: promisify<Buffer, Buffer>(gunzip) },
  snappy: { id: 2, compress: compressSnappy, decompress: decompressSnappy },
  lz4: { id: 3, compress: (data) => lz4Compress(data), decompress: (data) => lz4Decompress(data) },
  zstd: { id: 4, compress: (data) => zstdCompress(data), decompress: (data) => zstdDecompress(data) },
};

/** Java's snappy streams: this header, then blocks of size and bytes. Plain blocks (librdkafka's) are read too. */
const XERIAL_HEADER = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
const XERIAL_MAGIC_BYTES = 8;

async function compressSnappy(data: Buffer): Promise<Buffer> {
  const block = await snappyCompress(data);
  const size = Buffer.allocUnsafe(4);
  size.writeInt32BE(block.length);
  return Buffer.concat([XERIAL_HEADER, size, block]);
}

async function decompressSnappy(data: Buffer): Promise<Buffer> {
  const framed = data.subarray(0, XERIAL_MAGIC_BYTES).equals(XERIAL_HEADER.subarray(0, XERIAL_MAGIC_BYTES));
  if (!framed) return uncompressBlock(data);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER.length; at < data.length;) {
    const end = at + 4 + data.readInt32BE(at);
    blocks.push(await uncompressBlock(data.subarray(at + 4, end)));
    at = end;
  }
  return blocks.length === 1 ? blocks[0] : Buffer.concat(blocks);
}

const uncompressBlock = async (block: Buffer): Promise<Buffer> =>
  (await snappyUncompress(block, { asBuffer: true })) as Buffer;
