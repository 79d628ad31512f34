import { afterEach, describe, expect, it } from '@jest/globals';
import { ProcessUsage } from './process-usage.js';

/** Keeps the event loop busy. */
function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

const turn = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('ProcessUsage', () => {
  const usage = new ProcessUsage();
  afterEach(() => usage.stop());

  it('sees work as CPU time, as a busy loop and as late timers, and only since the last call', async () => {
    usage.start();
    usage.take(1);
    const start = performance.now();
    await turn(100); // the monitor of the loop counts from its first round on
    work(600);
    await turn(100);
    const busy = usage.take(performance.now() - start);
    expect(busy.cpu_percent).toBeGreaterThan(20);
    expect(busy.event_loop_utilization_percent).toBeGreaterThan(50);
    expect(busy.event_loop_utilization_percent).toBeLessThanOrEqual(100);
    expect(busy.event_loop_delay_p99_ms).toBeGreaterThan(200);
    await turn(300);
    const idle = usage.take(300);
    expect(idle.event_loop_utilization_percent).toBeLessThan(50);
    expect(idle.event_loop_delay_p99_ms).toBeLessThan(200);
  });

  it('sees the memory of the process', () => {
    const held = Buffer.alloc(50_000_000, 1);
    const { memory } = usage.take(1);
    expect(memory.array_buffers_bytes).toBeGreaterThanOrEqual(held.length);
    expect(memory.external_bytes).toBeGreaterThanOrEqual(memory.array_buffers_bytes);
    expect(memory.rss_bytes).toBeGreaterThan(held.length);
    expect(memory.heap_total_bytes).toBeGreaterThan(memory.heap_used_bytes);
    expect(memory.heap_used_bytes).toBeGreaterThan(1_000_000);
  });
});
