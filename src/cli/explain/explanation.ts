import type { Violation } from '../../pipeline/outcome.js';

export type OutcomeName = 'processed' | 'filtered' | 'error';

/** What would happen to a message, as `--json` shows it. */
export interface Explanation {
  readonly outcome: OutcomeName;
  readonly profile: string;
  readonly message: { readonly bytes: number; readonly arrival: string };
  /** In the order of the data path; those that the message does not reach are left out. */
  readonly stages: readonly StageReport[];
  /** What would be written; empty when the topic is off. */
  readonly records: readonly RecordReport[];
}

export interface StageReport {
  readonly stage: 'decode' | 'validate' | 'size' | 'filter' | 'enrich' | 'protect' | 'look-up' | 'analyse';
  /** `passed` also of stages that let everything pass. */
  readonly result: 'passed' | 'failed' | 'filtered';
  readonly summary: string;
  /** Every failed rule. */
  readonly violations?: readonly Violation[];
  /** What is added to the login, and by what. */
  readonly adds?: readonly AddedFields[];
  /** The settings that decided, by variable. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
}

export interface AddedFields {
  readonly by: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RecordReport {
  readonly topic: string;
  readonly key: BytesReport | null;
  readonly headers: readonly { readonly name: string; readonly value: BytesReport | null }[];
  /** The JSON that would be written, parsed. */
  readonly value: unknown;
}

/** Bytes as text where they are UTF-8. */
export type BytesReport = { readonly text: string } | { readonly base64: string };
