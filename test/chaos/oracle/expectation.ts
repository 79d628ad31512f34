import type { AnalyticsFields } from '../../../src/analytics/model.testing.js';
import type { Judgement } from '../../pipeline/oracle.js';
import type { Input } from './input.js';

type Judged<Outcome extends Judgement['outcome']> = Extract<Judgement, { outcome: Outcome }>;

/** What must become of an input, by the rules and by what the service has to remember of the records before it. */
export type Expectation =
  | Judged<'error'>
  | Judged<'filtered'>
  | ProcessedExpectation
  | { readonly outcome: 'either'; readonly group: Copies };

/** The fields that depend on other records are null where none is. */
export type ProcessedExpectation = Judged<'processed'> & { readonly analytics: AnalyticsFields | null };

/** Copies of one message in several partitions. Any one of them is processed, and the others are duplicates of it. */
export interface Copies {
  readonly inputs: readonly Input[];
  /** What the processed one must be. */
  readonly processed: ProcessedExpectation;
  /** What each other one must be. */
  readonly duplicate: Judged<'filtered'>;
}
