import { Inject, Injectable } from '@nestjs/common';
import { TopicSettings } from '../config/topic.settings.js';
import { TopicsService } from '../kafka/topics.service.js';
import type { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
import { isInput } from '../profiles/profile.js';
import type { MessageTemplate, Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { headerBytes } from './headers.js';

/** Our own fields, names and record framing, generously. */
const ADDED_BYTES = 8 * 1024;

/**
 * One record that its topic does not take would fail the whole batch, again and again. What may become too large is
 * found before it is counted anywhere, and becomes an error.
 */
@Injectable()
export class SizeGuard {
  /** How often a record for each message shows the processed one, at most. */
  private readonly carried: number;
  /** Whether the whole value is written as it came. */
  private readonly writesBytes: boolean;

  constructor(
    private readonly topics: TopicSettings,
    private readonly catalog: TopicsService,
    @Inject(PROFILE) { messages, processed }: Pick<Profile, 'messages' | 'processed'>,
  ) {
    this.carried = Math.max(0, ...messages.map(({ value }) => countLeaves(value, 'processed_record')));
    this.writesBytes = processed.some((field) => isInput(field) && field.input === 'bytes');
  }

  /** Bytes that the input may have so that all its possible records fit; taken once per batch. */
  limit(): number {
    const { output, filtered, metrics } = this.topics;
    const room = (topic: string, records = 1): number =>
      topic === '' ? Infinity : Math.floor((this.catalog.of(topic).maxMessageBytes - ADDED_BYTES) / records);
    return Math.min(room(output), room(filtered), this.carried > 0 ? room(metrics, this.carried) : Infinity);
  }

  /** @returns null for a login that fits. */
  check(login: Login, limit: number): Rejected | null {
    if (login.unknown_fields === null && login.raw.size !== undefined && login.raw.size <= limit) return null;
    const { value, headers, key } = login.raw;
    const fixed = headerBytes(headers) + (key?.length ?? 0);
    const size = value?.length ?? 0;
    if (fixed + size <= limit && login.unknown_fields === null) return null;
    const kept = this.keptBytes(login, size);
    if (fixed + kept <= limit) return null;
    const message = `The record would not fit into its topic: headers, key and unknown fields take ${fixed + kept} bytes.`;
    return new Rejected(
      login.raw,
      'output_too_large',
      [{ field: null, rule: 'output_too_large', message }],
      JSON.parse(String(value)),
    );
  }

  /** What is written of the input besides our own fields. */
  private keptBytes({ unknown_fields }: Login, size: number): number {
    // Numbers may be longer in the output than they were: 1e20 is written with 21 digits.
    const written = unknown_fields === null ? 0 : Buffer.byteLength(JSON.stringify(unknown_fields));
    return this.writesBytes ? Math.max(size, written) : written;
  }
}

const countLeaves = (template: MessageTemplate, name: string): number =>
  typeof template === 'string'
    ? Number(template === name)
    : Object.values(template).reduce(
        (sum: number, part) => sum + countLeaves(part as MessageTemplate, name),
        0,
      );
