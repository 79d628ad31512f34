import type { ChaosProfile } from './oracle/judge.js';
import type { Stage } from './stage/stage.js';

/** How much of it. */
export interface Size {
  readonly kills: number;
  readonly brokerFaults: number;
  /** Faults of cases that have no number of their own. */
  readonly rounds: number;
}

export const NORMAL: Size = { kills: 8, brokerFaults: 4, rounds: 4 };
export const SHORT: Size = { kills: 3, brokerFaults: 1, rounds: 2 };

/** A service, traffic and faults. */
export interface ChaosCase {
  readonly name: string;
  /** As its line begins. */
  readonly title: string;
  /** What happens, as a sentence for the docs. */
  readonly does: string;
  /** What has to come of it, beside what every case must show. */
  readonly right: string;
  readonly profile: ChaosProfile;
  readonly settings?: Readonly<Record<string, string>>;
  /** Its processes share their state in a Redis of the case's own. */
  readonly redis?: boolean;
  /** State is lost and counted again: counters and summaries do not go on, but have to end right. */
  readonly recounts?: boolean;
  /** Runs with `npm test`. */
  readonly short?: boolean;
  /** It has failed if it takes longer. */
  readonly deadlineSeconds: (size: Size) => number;
  /** Starts processes, feeds, and does harm. When it resolves, something runs that can work off the rest. */
  readonly play: (stage: Stage, size: Size) => Promise<void>;
}
