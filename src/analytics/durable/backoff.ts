const FIRST_MS = 100;
const LONGEST_MS = 2_000;

/** Pauses between attempts: each twice as long as the one before, up to 2 s. */
export class Backoff {
  private next = FIRST_MS;
  private ended = false;
  private endPause: () => void = () => undefined;

  /** Waits, unless the pauses were ended. */
  pause(): Promise<void> {
    if (this.ended) return Promise.resolve();
    const milliseconds = this.next;
    this.next = Math.min(2 * milliseconds, LONGEST_MS);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** An attempt succeeded. */
  reset(): void {
    this.next = FIRST_MS;
  }

  /** Ends the pause that is going on, and lets there be no other. */
  end(): void {
    this.ended = true;
    this.endPause();
  }
}
