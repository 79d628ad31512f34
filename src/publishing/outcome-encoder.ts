import { Inject, Injectable } from '@nestjs/common';
import { InputSettings } from '../config/input.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import type { OutgoingRecord, TopicRecords } from '../kafka/outgoing-record.js';
import { TopicsService } from '../kafka/topics.service.js';
import type { Login } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import { PROFILE } from '../profiles/profiles.js';
import type { Profile } from '../profiles/profile.js';
import { deadLetter } from './dead-letter.js';
import { inputHeaders } from './headers.js';
import { OutcomeTally } from './outcome-tally.js';
import { compileProjection } from './projection.js';
import type { Projection } from './projection.js';
import { sourceOfRecord } from './source.js';

/** Where and when a batch's records come from. */
export interface EncodingContext {
  readonly topic: string;
  readonly partition: number;
  /** Wall clock of the batch, in milliseconds. */
  readonly now: number;
}

/** Turns the outcomes of a batch into the records of the topics. A topic that is switched off gets none. */
@Injectable()
export class OutcomeEncoder {
  private readonly processed: Projection;
  private readonly filteredContent: Projection;

  constructor(
    @Inject(PROFILE) profile: Profile,
    private readonly topics: TopicSettings,
    private readonly input: InputSettings,
    private readonly catalog: TopicsService,
  ) {
    this.processed = compileProjection(profile.processed);
    this.filteredContent = compileProjection(profile.filteredContent);
  }

  encode(
    outcomes: readonly Outcome[],
    context: EncodingContext,
  ): { topics: TopicRecords[]; tally: OutcomeTally } {
    const processed: OutgoingRecord[] = [];
    const filtered: OutgoingRecord[] = [];
    const errors: OutgoingRecord[] = [];
    const tally = new OutcomeTally();
    const { output, error, filtered: filteredTopic } = this.topics;
    for (const outcome of outcomes) {
      if (outcome instanceof Rejected) {
        tally.countError(outcome.errorType);
        if (error !== '') errors.push(this.encodeError(outcome, context));
      } else if (outcome instanceof Filtered) {
        tally.countFiltered(outcome.reason);
        if (filteredTopic !== '') filtered.push(this.encodeFiltered(outcome, context));
      } else {
        tally.processed++;
        if (output !== '') processed.push(this.encodeProcessed(outcome));
      }
    }
    const topics = [
      { topic: output, records: processed },
      { topic: filteredTopic, records: filtered },
      { topic: error, records: errors },
    ].filter(({ records }) => records.length > 0);
    return { topics, tally };
  }

  private encodeProcessed(login: Login): OutgoingRecord {
    return {
      key: login.user_id,
      value: this.processed(login),
      headers: inputHeaders(login.raw.headers),
      sourceOffset: Number(login.raw.offset),
    };
  }

  private encodeFiltered({ login, reason }: Filtered, context: EncodingContext): OutgoingRecord {
    const source = sourceOfRecord(context.topic, context.partition, login.raw);
    const value =
      `{"user_id":${JSON.stringify(login.user_id)},"message_content":${this.filteredContent(login)},` +
      `"clean_type":"${reason}","timestamp":${seconds(context)},"source":${JSON.stringify(source)}}`;
    return {
      key: login.raw.key,
      value,
      headers: inputHeaders(login.raw.headers),
      sourceOffset: source.offset,
    };
  }

  private encodeError(rejected: Rejected, context: EncodingContext): OutgoingRecord {
    return deadLetter(rejected, {
      topic: context.topic,
      partition: context.partition,
      now: seconds(context),
      maxValueBytes: this.input.maxMessageBytes,
      maxRecordBytes: this.catalog.of(this.topics.error).maxMessageBytes,
    });
  }
}

const seconds = ({ now }: EncodingContext): number => Math.floor(now / 1000);
