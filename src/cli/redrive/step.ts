import type { OutgoingRecord } from '../../kafka/outgoing-record.js';
import type { DeadLetter } from './dead-letter.js';

/** Why a selected dead letter is not sent, and what it means. */
export const SKIP_REASONS = {
  foreign: 'Its headers name another input topic, or none.',
  damaged: 'Headers that say what the original was are missing or broken.',
  redriven_too_often: 'It was redriven as often as --max-redrives allows.',
  gone: 'What it leaves out is not in the input topic any more.',
  too_large: 'It is larger than what the input topic takes now.',
} as const;

export type SkipReason = keyof typeof SKIP_REASONS;

/** What is to be done about a selected dead letter. */
export type Step = SendStep | SkipStep;

export interface SendStep {
  readonly action: 'send';
  readonly letter: DeadLetter;
  readonly record: OutgoingRecord;
  /** Of the input topic, for a record without a key. */
  readonly keylessPartition: number;
  /** How often it will have been redriven. */
  readonly count: number;
  readonly edited: boolean;
  /** Of key, value and headers, roughly. */
  readonly bytes: number;
}

export interface SkipStep {
  readonly action: 'skip';
  readonly letter: DeadLetter;
  readonly reason: SkipReason;
  /** How often it was redriven; null when that is not known. */
  readonly count: number | null;
}
