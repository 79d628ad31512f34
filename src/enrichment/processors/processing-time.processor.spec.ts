import { describe, expect, it } from '@jest/globals';
import { added } from '../testing.js';
import { ProcessingTimeProcessor } from './processing-time.processor.js';

describe(ProcessingTimeProcessor.name, () => {
  const processor = new ProcessingTimeProcessor();

  it.each([
    { now: 1_694_479_600_000, timestamp: 1_694_479_551, seconds: 1_694_479_600, delay: 49 },
    { now: 1_694_479_600_999, timestamp: 1_694_479_600, seconds: 1_694_479_600, delay: 0 },
    { now: 1_694_479_600_500, timestamp: 1_694_483_200, seconds: 1_694_479_600, delay: -3_600 },
    { now: 1_694_479_600_000, timestamp: 999_999_999_999, seconds: 1_694_479_600, delay: -998_305_520_399 },
  ])('at $now ms, an event of $timestamp is $delay s old', ({ now, timestamp, seconds, delay }) => {
    expect(added(processor, { timestamp }, now)).toEqual({
      processed_timestamp: seconds,
      processing_delay_seconds: delay,
    });
  });
});
