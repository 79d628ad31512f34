import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DueSummary } from '../analytics/state-store.js';
import { withMostKeys } from '../analytics/summary/most-keys.js';
import type { Summary } from '../analytics/summary/summary.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { PendingSummaries } from '../kafka/pending-outcomes.js';
import { TopicsService } from '../kafka/topics.service.js';
import { nameOf, sourceOf } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { RecentMean } from './recent-mean.js';

/** Summaries as records; when they may be written is not decided yet. */
export interface EncodedSummaries extends Omit<PendingSummaries, 'turn'> {
  /** Sequence number of the first one. */
  readonly first: number;
}

/** The batch in which summaries became due. */
export interface SummaryContext {
  /** Its processed records, in order of their offsets. */
  readonly processed: readonly OutgoingRecord[];
  /** How many records it had, whatever became of them. */
  readonly records: number;
  /** Mean of its records, in ms. */
  readonly processingTime: number;
}

/** What a record takes besides its value, generously. */
const FRAMING_BYTES = 2_048;
/** Keys of each count in the first attempt to make a summary smaller; then half as many. */
const FIRST_CUT = 4_096;

/** Turns summaries into records of their topic, with the fields of the profile. */
@Injectable()
export class SummaryEncoder {
  private readonly logger = new Logger('Publishing');
  private readonly fields: readonly { readonly text: string; readonly from: string }[];
  /** Empty where there are none. */
  private readonly topic: string;
  /** Whether summaries show the processed record that made them due. */
  readonly showRecent: boolean;
  private readonly processingTime = new RecentMean();
  private recent: string | null = null;
  private hasCut = false;

  constructor(
    @Inject(PROFILE) { summaries }: Pick<Profile, 'summaries'>,
    topics: TopicSettings,
    private readonly kafka: KafkaSettings,
    private readonly catalog: TopicsService,
  ) {
    const fields = summaries?.fields ?? [];
    this.fields = fields.map((field) => ({
      text: `${JSON.stringify(nameOf(field))}:`,
      from: sourceOf(field),
    }));
    this.topic = summaries === null ? '' : topics[summaries.topic];
    this.showRecent = this.topic !== '' && fields.some((field) => sourceOf(field) === 'recent_message');
  }

  /**
   * @param batch null for a summary that is due by time
   * @returns null when there are none
   */
  encode(due: readonly DueSummary[], batch: SummaryContext | null): EncodedSummaries | null {
    if (batch !== null) this.processingTime.add(batch.records, batch.processingTime);
    const last = due.at(-1);
    if (last === undefined) return null;
    const limit = this.catalog.of(this.topic).maxMessageBytes - FRAMING_BYTES;
    const records = due.map(({ summary, offset }) => {
      if (this.showRecent && batch !== null) this.recent = valueAt(batch.processed, offset);
      return this.record(summary, offset, limit);
    });
    const { sequence: first } = due[0].summary;
    return { records: { topic: this.topic, records }, first, last: last.summary.sequence };
  }

  private record(summary: Summary, sourceOffset: number, limit: number): OutgoingRecord {
    const value = this.fitting(summary, limit);
    return { key: this.kafka.groupId, value, headers: undefined, sourceOffset };
  }

  /** Keys and messages come from outside: a summary that its topic does not take would stop the stream. */
  private fitting(summary: Summary, limit: number): string {
    let value = this.text(summary, this.recent);
    if (Buffer.byteLength(value) <= limit) return value;
    this.sayOnce(limit);
    for (let keys = FIRST_CUT; keys > 0 && Buffer.byteLength(value) > limit; keys = Math.floor(keys / 2))
      value = this.text(withMostKeys(summary, keys), null);
    return value;
  }

  private text(summary: Summary, recent: string | null): string {
    let text = '{';
    for (const { text: name, from } of this.fields) {
      if (text.length > 1) text += ',';
      text += name;
      if (from === 'recent_message') text += recent ?? 'null';
      else if (from === 'processing_time') text += this.processingTime.value;
      else text += JSON.stringify(summary[from as keyof Summary]);
    }
    return `${text}}`;
  }

  private sayOnce(limit: number): void {
    if (this.hasCut) return;
    this.hasCut = true;
    this.logger.warn(
      `Summaries are larger than ${this.topic} takes (${limit} bytes): their counts show the most frequent keys, ` +
        'and the rest as "other". Raise the topic’s max.message.bytes, or lower MAP_LIMIT.',
    );
  }
}

/** Value of the record that belongs to an input offset; null if there is none. */
function valueAt(records: readonly OutgoingRecord[], offset: number): string | null {
  let low = 0;
  for (let high = records.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (records[middle].sourceOffset < offset) low = middle + 1;
    else high = middle;
  }
  return records[low]?.sourceOffset === offset ? String(records[low].value) : null;
}
