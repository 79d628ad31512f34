import type { Criteria } from './selection.js';

/** Exit code of a command line that cannot be right. */
export const USAGE = 2;

export interface RedriveOptions {
  readonly criteria: Criteria;
  /** Undefined: named after the selection. */
  readonly run: string | undefined;
  readonly again: boolean;
  readonly dryRun: boolean;
  /** Messages per second; 0: without a limit. */
  readonly rate: number;
  /** Messages that are sent at most; may be infinite. */
  readonly max: number;
  readonly maxRedrives: number;
  readonly waitSeconds: number;
}

/** Where the words of a redrive go, and what ends it. */
export interface RedriveOutput {
  /** Resolves when the reader has taken the text. */
  readonly line: (text: string) => Promise<void>;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}
