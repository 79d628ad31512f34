import { Inject, Injectable } from '@nestjs/common';
import type { DueSummary } from '../analytics/state-store.js';
import type { Summary } from '../analytics/summary/summary.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { PendingSummaries } from '../kafka/pending-outcomes.js';
import { PROFILE } from '../profiles/profiles.js';
import type { Profile } from '../profiles/profile.js';

/** Summaries as records; when they may be written is not decided yet. */
export type EncodedSummaries = Omit<PendingSummaries, 'turn'>;

/** Turns summaries into records of the summary topic, with the fields of the profile. */
@Injectable()
export class SummaryEncoder {
  constructor(
    @Inject(PROFILE) private readonly profile: Profile,
    private readonly topics: TopicSettings,
    private readonly kafka: KafkaSettings,
  ) {}

  /** @returns null when there are none */
  encode(due: readonly DueSummary[]): EncodedSummaries | null {
    const last = due.at(-1);
    if (last === undefined) return null;
    const records = due.map(({ summary, offset }) => this.record(summary, offset));
    return { records: { topic: this.topics.summary, records }, last: last.summary.sequence };
  }

  private record(summary: Summary, sourceOffset: number): OutgoingRecord {
    const fields = this.profile.summaryRecord.map((name) => `"${name}":${JSON.stringify(summary[name])}`);
    return { key: this.kafka.groupId, value: `{${fields.join(',')}}`, headers: undefined, sourceOffset };
  }
}
