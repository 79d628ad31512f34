import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StreamTimes } from './stream-times.js';

const NOW = 1_729_894_075_000;
const arrivals = (...agoMs: number[]) => agoMs.map((ago) => ({ timestamp: String(NOW - ago) }));

describe('StreamTimes', () => {
  it('takes the latency of each record, neighbours of the same millisecond or not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 60 }), (latencies) => {
        const times = new StreamTimes();
        expect(times.settled(arrivals(...latencies), NOW)).toBe(Math.max(...latencies));
        const sorted = [...latencies].sort((a, b) => a - b);
        expect(times.latency.count).toBe(latencies.length);
        for (let rank = 1; rank <= sorted.length; rank++)
          expect(times.latency.percentile((rank - 0.5) / sorted.length)).toBe(sorted[rank - 1]);
      }),
    );
  });

  it('counts no record without a timestamp, and 0 for one from the future', () => {
    const times = new StreamTimes();
    expect(times.settled([{ timestamp: '-1' }, ...arrivals(-5_000)], NOW)).toBe(0);
    expect(times.latency.count).toBe(1);
    expect(times.settled([{ timestamp: '-1' }], NOW)).toBeNull();
    expect(times.settled([], NOW)).toBeNull();
    expect(times.latency.count).toBe(1);
  });

  it('weighs the time of a batch by its messages, and knows what one message costs', () => {
    const times = new StreamTimes();
    expect(times.perMessage).toBeNull();
    times.processed(999, 0.01);
    times.processed(1, 0.5);
    expect(times.processing.percentile(0.99)).toBeLessThan(10_020);
    expect(times.processing.max).toBe(500_000);
    expect(times.perMessage).toBeCloseTo(510, 6);
    times.reset();
    expect([times.perMessage, times.processing.count, times.latency.count]).toEqual([null, 0, 0]);
  });
});
