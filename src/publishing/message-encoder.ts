import { Inject, Injectable } from '@nestjs/common';
import { PrivacySettings } from '../config/privacy.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import { deviceConcealer } from '../enrichment/privacy/conceal-device.js';
import type { OutgoingRecord } from '../kafka/outgoing-record.js';
import type { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
import type { OutcomeKind, Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { compileMessage } from './message-writer.js';
import type { Message } from './message-writer.js';

type Write = (message: Message) => string;

/** A longer key is left out, in bytes: these records must have room in their topic, whatever the input is. */
const LONGEST_KEY = 1_024;

/** The records of one batch. */
export interface MessageBatch {
  readonly records: OutgoingRecord[];
  add(kind: OutcomeKind, outcome: Login | Rejected, processed: string | null): void;
}

/** Makes the records that a profile wants for each message. Their topic is that of metrics. */
@Injectable()
export class MessageEncoder {
  /** Off where the profile has no such records, or their topic is off. */
  readonly isOn: boolean;
  private readonly writers: Readonly<Record<OutcomeKind, readonly Write[]>>;
  private readonly topicOf: Readonly<Record<OutcomeKind, string | null>>;

  private readonly concealDevice: (deviceId: string) => string;

  constructor(
    @Inject(PROFILE) { messages }: Pick<Profile, 'messages'>,
    topics: TopicSettings,
    privacy: PrivacySettings,
  ) {
    this.concealDevice = deviceConcealer(privacy);
    this.isOn = messages.length > 0 && topics.metrics !== '';
    const writersFor = (kind: OutcomeKind) =>
      messages.filter(({ on }) => on.includes(kind)).map(({ value }) => compileMessage(value));
    this.writers = {
      processed: writersFor('processed'),
      filtered: writersFor('filtered'),
      error: writersFor('error'),
    };
    this.topicOf = {
      processed: topics.output || null,
      filtered: topics.filtered || null,
      error: topics.error || null,
    };
  }

  /**
   * @param now wall clock of the batch, in ms
   * @param processingTime mean of the batch, in ms
   */
  batch(now: number, processingTime: number): MessageBatch {
    const records: OutgoingRecord[] = [];
    const { writers, topicOf, concealDevice } = this;
    let message: Message | null = null;
    const add: MessageBatch['add'] = (kind, outcome, processed) => {
      message ??= { outcome, processed, topic: null, now, processingTime, concealDevice };
      message.outcome = outcome;
      message.processed = processed;
      message.topic = topicOf[kind];
      const key = kind === 'processed' ? (outcome as Login).user_id : shortKey(outcome.raw.key);
      const sourceOffset = Number(outcome.raw.offset);
      for (const write of writers[kind])
        records.push({ key, value: write(message), headers: undefined, sourceOffset });
    };
    return { records, add };
  }
}

const shortKey = (key: Buffer | null): Buffer | null =>
  key !== null && key.length > LONGEST_KEY ? null : key;
