import type { Summary } from '../../analytics/summary/summary.js';

/** What a summary may say: a profile picks fields and gives them names. */
export interface SummaryFacts extends Summary {
  /**
   * Work on a message in ms: the mean of about the last 1,000 messages of the instance.
   *
   * @minimum 0
   */
  readonly processing_time: number;
  /** The processed record that made the summary due, whole; null when the summary was due by time and none is known. */
  readonly recent_message: unknown;
}
