import type { RawRecord } from '../pipeline/raw-record.js';
import { LatencyHistogram } from './latency-histogram.js';

/** How long messages took, since the last {@link reset}. */
export class StreamTimes {
  /** Microseconds in the pipeline of each message's batch. */
  readonly processing = new LatencyHistogram();
  /** Milliseconds from each message's arrival in Kafka until its outcome was committed. */
  readonly latency = new LatencyHistogram();
  private pipelineSeconds = 0;

  /** Microseconds of the pipeline's time that one message took; null when there was none. */
  get perMessage(): number | null {
    const { count } = this.processing;
    return count === 0 ? null : (this.pipelineSeconds * 1e6) / count;
  }

  /** @param seconds that the batch was in the pipeline */
  processed(records: number, seconds: number): void {
    this.processing.record(seconds * 1e6, records);
    this.pipelineSeconds += seconds;
  }

  /**
   * Neighbours that arrived in the same millisecond are taken together: to read a number costs more than to compare two texts.
   *
   * @param now milliseconds
   * @returns milliseconds of the record that took longest, not below 0; null when no record has a timestamp
   */
  settled(records: readonly Pick<RawRecord, 'timestamp'>[], now: number): number | null {
    let longest: number | null = null;
    for (let first = 0, next: number; first < records.length; first = next) {
      const { timestamp } = records[first];
      for (next = first + 1; next < records.length && records[next].timestamp === timestamp;) next++;
      const arrival = Number(timestamp);
      if (arrival <= 0) continue; // a record without a timestamp has -1
      const latency = Math.max(0, now - arrival);
      this.latency.record(latency, next - first);
      if (longest === null || latency > longest) longest = latency;
    }
    return longest;
  }

  reset(): void {
    this.processing.reset();
    this.latency.reset();
    this.pipelineSeconds = 0;
  }
}
