const M = 0x5bd1e995;
const SEED = 0x9747b28c;

/**
 * The hash by which Kafka's own clients choose a partition from a key, in 32-bit integer arithmetic.
 *
 * @returns a signed 32-bit integer, equal to Java's `Utils.murmur2`.
 */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  let h = SEED ^ length;
  const blocks = length & ~3;
  for (let i = 0; i < blocks; i += 4) {
    let k = data[i] | (data[i + 1] << 8) | (data[i + 2] << 16) | (data[i + 3] << 24);
    k = Math.imul(k, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const rest = length & 3;
  if (rest > 2) h ^= data[blocks + 2] << 16;
  if (rest > 1) h ^= data[blocks + 1] << 8;
  if (rest > 0) h = Math.imul(h ^ data[blocks], M);
  h ^= h >>> 13;
  h = Math.imul(h, M);
  return h ^ (h >>> 15);
}

const scratch = Buffer.allocUnsafe(4096);

/** The partition that Kafka's Java client would choose for this key. */
export function partitionForKey(key: Buffer | string, partitions: number): number {
  let bytes: Uint8Array;
  if (typeof key !== 'string') bytes = key;
  else if (key.length * 3 > scratch.length) bytes = Buffer.from(key);
  else bytes = scratch.subarray(0, scratch.write(key));
  return (murmur2(bytes) & 0x7fffffff) % partitions;
}
