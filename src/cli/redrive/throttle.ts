import { setTimeout as sleep } from 'node:timers/promises';
import { Pace } from '../generate/pace.js';

/** Lets records pass one by one, at most so many a second. */
export class Throttle {
  private readonly pace: Pace;
  private due = 0;

  /** @param rate records per second; 0: without a limit */
  constructor(private readonly rate: number) {
    this.pace = new Pace(rate, performance.now());
  }

  /** Whether the next record may pass now; then it has. */
  pass(): boolean {
    if (this.rate === 0) return true;
    if (this.due === 0) this.due = this.pace.take(performance.now());
    if (this.due === 0) return false;
    this.due--;
    return true;
  }

  /** Resolves when it is worth asking again, or the signal comes. */
  async wait(signal: AbortSignal): Promise<void> {
    await sleep(this.pace.wait(performance.now()), undefined, { signal }).catch(() => undefined);
  }
}
