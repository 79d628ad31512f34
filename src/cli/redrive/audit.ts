import type { Step } from './step.js';
import type { Verdict } from './verdict.js';

/** One line for each selected dead letter. It has no value and no key. */
export interface AuditLine {
  /** Where the dead letter is in the error topic. */
  readonly partition: number;
  readonly offset: number;
  /** Where the original was; null where the headers do not say. */
  readonly source: {
    readonly topic: string | null;
    readonly partition: number | null;
    readonly offset: number | null;
  };
  readonly error_type: string | null;
  readonly action: 'sent' | 'would send' | 'skipped';
  /** Why it is skipped; null when it is not. */
  readonly reason: string | null;
  /** How often it has been redriven, this time included; null where that is not known. */
  readonly redrive_count: number | null;
  /** Of the value that is sent; null for a null value, and when nothing is sent. */
  readonly bytes: number | null;
  /** Only there, and true, where the value is not that of the dead letter. */
  readonly edited?: true;
  /** Of a dry run: what would become of it, and why it would not be processed. */
  readonly outcome?: Verdict['outcome'];
  readonly because?: string | null;
}

/** @param verdict of a dry run; null when the step was done */
export function auditLine(step: Step, verdict: Verdict | null): AuditLine {
  const { partition, offset, topic, sourcePartition, sourceOffset, errorType } = step.letter;
  const about = {
    partition,
    offset,
    source: { topic, partition: sourcePartition, offset: sourceOffset },
    error_type: errorType,
  };
  if (step.action === 'skip')
    return { ...about, action: 'skipped', reason: step.reason, redrive_count: step.count, bytes: null };
  return {
    ...about,
    action: verdict === null ? 'sent' : 'would send',
    reason: null,
    redrive_count: step.count,
    bytes: step.record.value === null ? null : step.record.value.length,
    ...(step.edited && { edited: true }),
    ...verdict,
  };
}
