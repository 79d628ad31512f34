/** The headers that a redriven record has besides those of the original; what each holds is text. */
export const REDRIVE_HEADERS = {
  /** How often the message was redriven. */
  count: 'x-redrive-count',
  /** Arrival of the original record in Kafka, in milliseconds. */
  timestamp: 'x-redrive-timestamp',
  /** `true` where the value is not that of the original. */
  edited: 'x-redrive-edited',
} as const;
