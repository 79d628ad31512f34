import { LoginProcessor } from '../processor.js';
import type { Adds, BatchContext } from '../processor.js';
import type { Login } from '../../pipeline/login.js';
import type { Seconds, UnixSeconds } from '../../pipeline/quantities.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /** When the login was processed, in Unix seconds. */
    processed_timestamp: UnixSeconds;
    /** From the event to its processing; negative when the event lies in the future. */
    processing_delay_seconds: Seconds;
  }
}

@LoginProcessor({
  needs: ['event_time'],
  adds: ['processed_timestamp', 'processing_delay_seconds'],
  summary: 'When the login was processed (Unix seconds), and how long after the event.',
})
export class ProcessingTimeProcessor {
  process(
    { event_time }: Login,
    add: Adds<'processed_timestamp' | 'processing_delay_seconds'>,
    { now }: BatchContext,
  ): void {
    const seconds = Math.floor(now / 1000);
    add.processed_timestamp = seconds;
    add.processing_delay_seconds = seconds - event_time;
  }
}
