import { Inject, Injectable } from '@nestjs/common';
import { TopicSettings } from '../config/topic.settings.js';
import { TopicsService } from '../kafka/topics.service.js';
import type { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
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
  /** Whether records for each message show the processed one. */
  private readonly carriesRecords: boolean;

  constructor(
    private readonly topics: TopicSettings,
    private readonly catalog: TopicsService,
    @Inject(PROFILE) { messages }: Pick<Profile, 'messages'>,
  ) {
    this.carriesRecords = messages.some(({ value }) => hasLeaf(value, 'processed_record'));
  }

  /** Bytes that the input may have so that all its possible records fit; taken once per batch. */
  limit(): number {
    const limits = [this.topics.output, this.topics.filtered, this.carriesRecords ? this.topics.metrics : '']
      .filter((topic) => topic !== '')
      .map((topic) => this.catalog.of(topic).maxMessageBytes);
    return Math.min(Infinity, ...limits) - ADDED_BYTES;
  }

  /** @returns null for a login that fits. */
  check(login: Login, limit: number): Rejected | null {
    if (login.unknown_fields === null && login.raw.size !== undefined && login.raw.size <= limit) return null;
    const { value, headers, key } = login.raw;
    const fixed = headerBytes(headers) + (key?.length ?? 0);
    if (fixed + (value?.length ?? 0) <= limit && login.unknown_fields === null) return null;
    // Numbers may be longer in the output than they were: 1e20 is written with 21 digits.
    const kept = login.unknown_fields === null ? 0 : Buffer.byteLength(JSON.stringify(login.unknown_fields));
    if (fixed + kept <= limit) return null;
    const message = `The record would not fit into its topic: headers, key and unknown fields take ${fixed + kept} bytes.`;
    return new Rejected(
      login.raw,
      'output_too_large',
      [{ field: null, rule: 'output_too_large', message }],
      JSON.parse(String(value)),
    );
  }
}

const hasLeaf = (template: MessageTemplate, name: string): boolean =>
  typeof template === 'string'
    ? template === name
    : Object.values(template).some((part) => hasLeaf(part, name));
