import type { Checkpointer } from '../analytics/durable/checkpointer.js';
import { ErasureImpossible } from './erasure.js';
import type { Erasure } from './erasure.js';

/** What is known of the last recovery. */
export interface Recovered {
  /** Records that were read again. */
  readonly records: number;
  readonly seconds: number;
  /** What state lacks: empty, or accepted with `STATE_RECOVERY=lenient`. */
  readonly losses: readonly string[];
}

const NOTHING: Recovered = { records: 0, seconds: 0, losses: [] };

/**
 * Makes state ready before the group is joined, keeps it while the service runs, and lets go of it at the end. This one is for a
 * service that remembers nothing.
 */
export class StateKeeper {
  /** Why state cannot be written, in a sentence for operators; null: it can, or there is none. */
  get trouble(): string | null {
    return null;
  }

  get rememberedBytes(): number {
    return 0;
  }

  /** Of checkpoints; null where there are none. */
  get figures(): Checkpointer['figures'] | null {
    return null;
  }

  get recovered(): Recovered {
    return NOTHING;
  }

  /**
   * Resolves when state is what it was when the process before ended.
   *
   * @param say told what is being waited for
   */
  async open(_signal: AbortSignal, _say: (what: string) => void): Promise<void> {}

  /**
   * Erases a user from state, also from what a restart begins with, and waits a while for older files to go.
   *
   * @throws ErasureImpossible
   */
  async forget(_userId: string): Promise<Erasure> {
    throw new ErasureImpossible('With STATE_STORE=none nothing is remembered of any user.', false);
  }

  /** To be called when nothing is applied any more. */
  async close(): Promise<void> {}
}
