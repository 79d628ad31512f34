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
import { MessageEncoder } from './message-encoder.js';
import { OutcomeTally } from './outcome-tally.js';
import { compileProjection } from './projection.js';
import type { Projection } from './projection.js';
import { sourceOfRecord } from './source.js';
import { SummaryEncoder } from './summary-encoder.js';

/** Where and when a batch's records come from. */
export interface EncodingContext {
  readonly topic: string;
  readonly partition: number;
  /** Wall clock of the batch, in milliseconds. */
  readonly now: number;
  /** When work on the batch began, as `performance.now()` has it. */
  readonly started: number;
}

/** Turns the outcomes of a batch into the records of the topics. A topic that is switched off gets none. */
@Injectable()
export class OutcomeEncoder {
  private readonly processed: Projection;
  private readonly filteredContent: Projection;

  constructor(
    @Inject(PROFILE) private readonly profile: Profile,
    private readonly topics: TopicSettings,
    private readonly input: InputSettings,
    private readonly catalog: TopicsService,
    private readonly messages: MessageEncoder,
    private readonly summaries: SummaryEncoder,
  ) {
    this.processed = compileProjection(profile.processed);
    this.filteredContent = compileProjection(profile.filteredContent);
  }

  encode(
    outcomes: readonly Outcome[],
    context: EncodingContext,
  ): {
    topics: TopicRecords[];
    tally: OutcomeTally;
    processed: readonly OutgoingRecord[];
    processingTime: number;
  } {
    const processed: OutgoingRecord[] = [];
    const filtered: OutgoingRecord[] = [];
    const errors: OutgoingRecord[] = [];
    const tally = new OutcomeTally();
    const { output, error, filtered: filteredTopic, metrics } = this.topics;
    const processingTime = meanMs(performance.now() - context.started, outcomes.length);
    const messages = this.messages.isOn ? this.messages.batch(context.now, processingTime) : null;
    const wanted = output !== '' || messages !== null || this.summaries.showRecent;
    for (const outcome of outcomes) {
      if (outcome instanceof Rejected) {
        tally.countError(outcome.errorType);
        if (error !== '') errors.push(this.encodeError(outcome, context));
        messages?.add('error', outcome, null);
      } else if (outcome instanceof Filtered) {
        tally.countFiltered(outcome.reason);
        if (filteredTopic !== '') filtered.push(this.encodeFiltered(outcome, context));
        messages?.add('filtered', outcome.login, null);
      } else {
        tally.processed++;
        if (!wanted) continue;
        const record = this.encodeProcessed(outcome);
        processed.push(record);
        messages?.add('processed', outcome, record.value as string);
      }
    }
    const topics = [
      { topic: output, records: processed },
      { topic: filteredTopic, records: filtered },
      { topic: error, records: errors },
      { topic: metrics, records: messages?.records ?? [] },
    ].filter(({ topic, records }) => topic !== '' && records.length > 0);
    return { topics, tally, processed, processingTime };
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
      fields: this.profile.errorRecord,
    });
  }
}

const seconds = ({ now }: EncodingContext): number => Math.floor(now / 1000);

/** To four decimals: tenths of a microsecond. */
const meanMs = (ms: number, records: number): number =>
  records === 0 ? 0 : Math.round((ms / records) * 1e4) / 1e4;
