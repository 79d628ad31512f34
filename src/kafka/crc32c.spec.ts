import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';

const require = createRequire(import.meta.url);
const reference = require('kafkajs/src/protocol/recordBatch/crc32C') as (data: Buffer) => number;

describe('crc32c', () => {
  it('gives the check value of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it("equals kafkajs's, byte by byte, from any position on", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(20), (data, start) => {
        expect(crc32c(data, start)).toBe(reference(Buffer.from(data.subarray(start))));
      }),
      { numRuns: 2_000 },
    );
  });
});
