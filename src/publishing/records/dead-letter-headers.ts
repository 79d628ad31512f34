/**
 * The text headers that are added to an error record, and what each holds. Headers of the input are there as well,
 * unless one of these has the same name.
 */
export const DEAD_LETTER_HEADERS = {
  'x-dlq-value': {
    always: false,
    meaning: 'The original value’s bytes, whatever they were; null for a null value.',
  },
  'x-dlq-sha256': {
    always: false,
    meaning:
      'In its place when the value is larger than `MAX_MESSAGE_BYTES` or than the topic takes: the input still has it.',
  },
  'x-dlq-topic': { always: true, meaning: 'Topic of the original record.' },
  'x-dlq-partition': { always: true, meaning: 'Partition of the original record.' },
  'x-dlq-offset': { always: true, meaning: 'Offset of the original record.' },
  'x-dlq-timestamp': {
    always: true,
    meaning: 'Arrival of the original record in Kafka, in ms; of one that was redriven, that of the first.',
  },
  'x-dlq-error-type': { always: true, meaning: 'As `error_type`.' },
  'x-dlq-error': { always: true, meaning: 'The first of the reasons, in a sentence.' },
  'x-dlq-headers-left-out': {
    always: false,
    meaning: 'How many original headers had no room (only when the topic takes less than the input’s limit).',
  },
  'x-dlq-key-left-out': {
    always: false,
    meaning: 'In place of a key that is larger than the topic takes: how many bytes it has.',
  },
  'kafka_dlt-original-topic': { always: true, meaning: 'The input topic, for tools that look for it.' },
} as const satisfies Record<string, { readonly always: boolean; readonly meaning: string }>;

export type DeadLetterHeader = keyof typeof DEAD_LETTER_HEADERS;
