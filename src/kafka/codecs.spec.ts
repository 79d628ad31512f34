import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compress } from 'snappy';
import { CODECS } from './codecs.js';

const data = fc
  .tuple(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 1, max: 50 }))
  .map(([bytes, times]) => Buffer.concat(Array.from({ length: times }, () => bytes)));

describe.each(Object.entries(CODECS))('%s', (_, codec) => {
  it('gives back what it was given', async () => {
    await fc.assert(
      fc.asyncProperty(data, async (bytes) => {
        expect((await codec.decompress(await codec.compress(bytes))).equals(bytes)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('rejects what it cannot read, and does not end the process', async () => {
    if (codec.id === 0) return;
    await expect(codec.decompress(Buffer.from('no compressed data at all'))).rejects.toThrow();
  });
});

describe('snappy', () => {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const block = async (text: string) => {
    const compressed = await compress(text);
    const size = Buffer.alloc(4);
    size.writeInt32BE(compressed.length);
    return Buffer.concat([size, compressed]);
  };

  it('is read in blocks, as Java writes it', async () => {
    const framed = Buffer.concat([
      header,
      await block('first '),
      await block('second '),
      await block('third'),
    ]);
    expect(String(await CODECS.snappy.decompress(framed))).toBe('first second third');
    expect(await CODECS.snappy.decompress(header)).toHaveLength(0);
  });

  it('is read without blocks, as librdkafka writes it', async () => {
    for (const text of ['', 'x', 'plain'.repeat(1_000)])
      expect(String(await CODECS.snappy.decompress(await compress(text)))).toBe(text);
  });

  it('is written in the form that Java reads', async () => {
    const written = await CODECS.snappy.compress(Buffer.from('value'));
    expect(written.subarray(0, 16)).toEqual(header);
    expect(written.readInt32BE(16)).toBe(written.length - 20);
  });

  it('that is cut off is an error', async () => {
    const framed = Buffer.concat([header, await block('a long enough text to cut')]);
    await expect(CODECS.snappy.decompress(framed.subarray(0, -3))).rejects.toThrow();
    await expect(CODECS.snappy.decompress(framed.subarray(0, 18))).rejects.toThrow();
  });
});
