import type { OutgoingRecord } from '../../kafka/outgoing-record.js';
import type { RecordHeaders } from '../../pipeline/raw-record.js';
import { headerBytes } from '../../publishing/headers.js';
import { headerText, redriveCount } from './dead-letter.js';
import type { DeadLetter } from './dead-letter.js';
import type { EditedValues } from './edited-values.js';
import type { InputLog } from './input-log.js';
import { isOriginal, originalOf, redrivenHeaders } from './original.js';
import type { Original } from './original.js';
import type { SkipReason, Step } from './step.js';

export interface RestorerOptions {
  readonly inputTopic: string;
  readonly maxRedrives: number;
  readonly edited: EditedValues | null;
  readonly input: Pick<InputLog, 'read'>;
  /** Whether the input topic takes a record. */
  readonly takes: (record: OutgoingRecord, bytes: number) => Promise<boolean>;
}

/** Makes the original of a dead letter again, or says why it is not to be sent. */
export class Restorer {
  constructor(private readonly options: RestorerOptions) {}

  async restore(letter: DeadLetter): Promise<Step> {
    const { inputTopic, maxRedrives, edited } = this.options;
    const { arrival, sourcePartition, sourceOffset, record } = letter;
    const skip = (reason: SkipReason, count: number | null = null): Step => ({
      action: 'skip',
      letter,
      reason,
      count,
    });
    if (letter.topic !== inputTopic) return skip('foreign');
    if (arrival === null || sourcePartition === null || sourceOffset === null) return skip('damaged');
    const newValue = edited?.of(letter.partition, letter.offset);
    const carried = originalOf(record);
    const isNamed = carried.value !== undefined || headerText(record.headers, 'x-dlq-sha256') !== null;
    if (!isNamed && newValue === undefined) return skip('damaged');
    const original = isWhole(carried, newValue)
      ? carried
      : await this.complete(letter, sourcePartition, sourceOffset);
    const headers = original?.headers ?? carried.headers;
    const before = headers === undefined ? null : redriveCount(headers);
    if (before !== null && before >= maxRedrives) return skip('redriven_too_often', before);
    if (original === null) return skip('gone', before);
    const { key = null, value = null } = original;
    const count = redriveCount(original.headers) + 1;
    const isEdited = newValue !== undefined;
    const outgoing = {
      key,
      value: isEdited ? newValue : value,
      headers: redrivenHeaders(original.headers!, { count, arrival, edited: isEdited }),
      sourceOffset: letter.offset,
    };
    const bytes = bytesOf(outgoing);
    if (!(await this.options.takes(outgoing, bytes))) return skip('too_large', count - 1);
    return {
      action: 'send',
      letter,
      record: outgoing,
      keylessPartition: sourcePartition,
      count,
      edited: isEdited,
      bytes,
    };
  }

  /** With what the dead letter has no room for, from the input. Null: it is not there, or something else is. */
  private async complete(
    { record }: DeadLetter,
    partition: number,
    offset: number,
  ): Promise<Original | null> {
    const found = await this.options.input.read(partition, offset);
    if (found === null || !isOriginal(found, record)) return null;
    return { key: found.key, value: found.value, headers: found.headers ?? {} };
  }
}

const isWhole = ({ key, value, headers }: Original, newValue: Buffer | undefined): boolean =>
  key !== undefined && headers !== undefined && (value !== undefined || newValue !== undefined);

/** What a record takes besides key, value and headers, generously. */
const FRAMING_BYTES = 100;

const bytesOf = ({
  key,
  value,
  headers,
}: {
  key: Buffer | null;
  value: Buffer | null;
  headers: RecordHeaders;
}) => (key?.length ?? 0) + (value?.length ?? 0) + headerBytes(headers) + FRAMING_BYTES;
