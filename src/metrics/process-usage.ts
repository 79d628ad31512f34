import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { MetricsRecord } from './metrics-record.js';

export type Usage = Pick<
  MetricsRecord,
  'cpu_percent' | 'memory' | 'event_loop_utilization_percent' | 'event_loop_delay_p99_ms'
>;

/** A timer of this period measures by how much timers are late. Idle, it takes 0.2 % of a core. */
const DELAY_RESOLUTION_MS = 50;

/** What the process takes of the machine. */
export class ProcessUsage {
  private readonly delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  private cpu = process.cpuUsage();
  private loop = performance.eventLoopUtilization();

  start(): void {
    this.delay.enable();
    this.reset();
  }

  stop(): void {
    this.delay.disable();
  }

  /** @param elapsedMs since the previous call, or {@link start} */
  take(elapsedMs: number): Usage {
    const { user, system } = process.cpuUsage(this.cpu);
    const { utilization } = performance.eventLoopUtilization(this.loop);
    const lateMs = this.delay.count === 0 ? 0 : this.delay.percentile(99) / 1e6 - DELAY_RESOLUTION_MS;
    const { rss, heapUsed, heapTotal, external, arrayBuffers } = process.memoryUsage();
    this.reset();
    return {
      cpu_percent: round((user + system) / 10 / elapsedMs),
      memory: {
        rss_bytes: rss,
        heap_used_bytes: heapUsed,
        heap_total_bytes: heapTotal,
        external_bytes: external,
        array_buffers_bytes: arrayBuffers,
      },
      event_loop_utilization_percent: round(utilization * 100),
      event_loop_delay_p99_ms: round(Math.max(0, lateMs)),
    };
  }

  private reset(): void {
    this.cpu = process.cpuUsage();
    this.loop = performance.eventLoopUtilization();
    this.delay.reset();
  }
}

const round = (value: number): number => Math.round(value * 100) / 100;
