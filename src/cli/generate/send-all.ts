import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { GeneratedRecord } from '../generator/generated-record.js';
import type { Pace } from './pace.js';
import type { Target } from './target.js';
import type { Totals } from './totals.js';

export interface Work {
  readonly next: () => GeneratedRecord;
  readonly target: Target;
  readonly pace: Pace;
  /** How many records; may be infinite. */
  readonly count: number;
  readonly totals: Totals;
  readonly signal: AbortSignal;
}

/** Sends records at their pace until all have arrived, or until the signal comes. */
export async function sendAll({ next, target, pace, count, totals, signal }: Work): Promise<void> {
  while (!signal.aborted && totals.sent < count) {
    const due = Math.min(pace.take(performance.now()), count - totals.sent);
    if (due > 0) {
      const records = Array.from({ length: due }, next);
      await target.send(records);
      totals.add(records);
    }
    if (totals.sent >= count) return;
    const wait = pace.wait(performance.now());
    // A reader that takes everything at once must not keep signals and timers from their turn.
    await (wait === 0 ? turn() : sleep(wait, undefined, { signal }).catch(() => undefined));
  }
}
