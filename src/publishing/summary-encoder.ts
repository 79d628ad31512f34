import { Inject, Injectable, Logger } from '@nestjs/common';
import type { DueSummary } from '../analytics/state-store.js';
import { withMostKeys } from '../analytics/summary/most-keys.js';
import type { Summary } from '../analytics/summary/summary.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { PendingSummaries } from '../kafka/pending-outcomes.js';
import { TopicsService } from '../kafka/topics.service.js';
import { PROFILE } from '../profiles/profiles.js';
import type { Profile } from '../profiles/profile.js';

/** Summaries as records; when they may be written is not decided yet. */
export type EncodedSummaries = Omit<PendingSummaries, 'turn'>;

/** What a record takes besides its value, generously. */
const FRAMING_BYTES = 2_048;

/** Turns summaries into records of the summary topic, with the fields of the profile. */
@Injectable()
export class SummaryEncoder {
  private readonly logger = new Logger('Publishing');
  private hasCut = false;

  constructor(
    @Inject(PROFILE) private readonly profile: Profile,
    private readonly topics: TopicSettings,
    private readonly kafka: KafkaSettings,
    private readonly catalog: TopicsService,
  ) {}

  /** @returns null when there are none */
  encode(due: readonly DueSummary[]): EncodedSummaries | null {
    const last = due.at(-1);
    if (last === undefined) return null;
    const limit = this.catalog.of(this.topics.summary).maxMessageBytes - FRAMING_BYTES;
    const records = due.map(({ summary, offset }) => this.record(summary, offset, limit));
    return { records: { topic: this.topics.summary, records }, last: last.summary.sequence };
  }

  private record(summary: Summary, sourceOffset: number, limit: number): OutgoingRecord {
    const value = this.fitting(summary, limit);
    return { key: this.kafka.groupId, value, headers: undefined, sourceOffset };
  }

  /** Keys come from outside: a summary that its topic does not take would stop the stream. */
  private fitting(summary: Summary, limit: number): string {
    let value = this.text(summary);
    for (let keys = FIRST_CUT; keys > 0 && Buffer.byteLength(value) > limit; keys = Math.floor(keys / 2)) {
      this.sayOnce(limit);
      value = this.text(withMostKeys(summary, keys));
    }
    return value;
  }

  private text(summary: Summary): string {
    const fields = this.profile.summaryRecord.map((name) => `"${name}":${JSON.stringify(summary[name])}`);
    return `{${fields.join(',')}}`;
  }

  private sayOnce(limit: number): void {
    if (this.hasCut) return;
    this.hasCut = true;
    this.logger.warn(
      `Summaries are larger than ${this.topics.summary} takes (${limit} bytes): their counts show the most frequent keys, ` +
        'and the rest as "other". Raise the topic’s max.message.bytes, or lower MAP_LIMIT.',
    );
  }
}

/** Keys of each count in the first attempt to make a summary smaller; then half as many. */
const FIRST_CUT = 4_096;
