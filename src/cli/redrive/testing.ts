import { aRawRecord } from '../../pipeline/testing.js';
import type { RawRecord } from '../../pipeline/raw-record.js';
import { readDeadLetter } from './dead-letter.js';
import type { DeadLetter } from './dead-letter.js';

/** A dead letter of the input topic `in`, as specs need it. */
export function aDeadLetter(
  record: Partial<RawRecord> = {},
  headers: Record<string, Buffer | string | null | undefined> = {},
  partition = 0,
): DeadLetter {
  const own = {
    'x-dlq-value': Buffer.from('value'),
    'x-dlq-topic': 'in',
    'x-dlq-partition': '2',
    'x-dlq-offset': '17',
    'x-dlq-timestamp': '1711302637000',
    'x-dlq-error-type': 'not_json',
    ...headers,
  };
  const there = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return readDeadLetter(
    aRawRecord({ value: Buffer.from('{}'), ...record, headers: { ...record.headers, ...there } }),
    partition,
  );
}
