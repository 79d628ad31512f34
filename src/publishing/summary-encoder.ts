import { Inject, Injectable } from '@nestjs/common';
import type { Summary } from '../analytics/summary/summary.js';
import { KafkaSettings } from '../config/kafka.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { TopicRecords } from '../kafka/outgoing-record.js';
import { PROFILE } from '../profiles/profiles.js';
import type { Profile } from '../profiles/profile.js';

/** Turns summaries into records of the summary topic, with the fields of the profile. */
@Injectable()
export class SummaryEncoder {
  constructor(
    @Inject(PROFILE) private readonly profile: Profile,
    private readonly topics: TopicSettings,
    private readonly kafka: KafkaSettings,
  ) {}

  encode(summaries: readonly { readonly summary: Summary; readonly offset: number }[]): TopicRecords {
    return {
      topic: this.topics.summary,
      records: summaries.map((due) => this.record(due.summary, due.offset)),
    };
  }

  private record(summary: Summary, sourceOffset: number): OutgoingRecord {
    const fields = this.profile.summaryRecord.map((name) => `"${name}":${JSON.stringify(summary[name])}`);
    return { key: this.kafka.groupId, value: `{${fields.join(',')}}`, headers: undefined, sourceOffset };
  }
}
