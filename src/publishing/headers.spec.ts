import { describe, expect, it } from '@jest/globals';
import { headerBytes, inputHeaders } from './headers.js';

describe('inputHeaders', () => {
  it('are the very headers of the input, or none', () => {
    const headers = { traceparent: Buffer.from('t') };
    expect(inputHeaders(headers)).toBe(headers);
    expect(inputHeaders({})).toBeUndefined();
    expect(inputHeaders(undefined)).toBeUndefined();
  });
});

describe('headerBytes', () => {
  it('covers names and values, each as often as it occurs', () => {
    expect(headerBytes(undefined)).toBe(0);
    expect(headerBytes({})).toBe(0);
    expect(headerBytes({ é: Buffer.alloc(100) })).toBeGreaterThanOrEqual(102);
    expect(headerBytes({ many: [Buffer.alloc(100), null, 'ü'.repeat(50)] })).toBeGreaterThanOrEqual(
      3 * 4 + 200,
    );
    expect(headerBytes({ none: null })).toBeGreaterThan(0);
  });

  it('passes over what a decoder has put before the values of a header named like a member of Object', () => {
    const decoded = { constructor: [Object, Buffer.alloc(100)] } as unknown as Record<string, Buffer[]>;
    expect(headerBytes(decoded)).toBe(headerBytes({ constructor: Buffer.alloc(100) } as never));
  });
});
