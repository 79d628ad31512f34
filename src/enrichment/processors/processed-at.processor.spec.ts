import { describe, expect, it } from '@jest/globals';
import { added } from '../testing.js';
import { ProcessedAtProcessor } from './processed-at.processor.js';

describe(ProcessedAtProcessor.name, () => {
  const processor = new ProcessedAtProcessor();

  it.each([
    [0, '1970-01-01T00:00:00.000Z'],
    [1_711_302_640_123, '2024-03-24T17:50:40.123Z'],
  ])('writes %i ms as %s', (now, processed_at) => {
    expect(added(processor, {}, now)).toEqual({ processed_at });
    expect(added(processor, {}, now)).toEqual({ processed_at });
  });
});
