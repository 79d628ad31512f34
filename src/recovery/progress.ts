/** How far a recovery has come, and how long it will still take. */
export class Progress {
  private done = 0;
  private readonly started: number;

  /** @param total offsets to be read again */
  constructor(
    readonly total: number,
    now = performance.now(),
  ) {
    this.started = now;
  }

  add(offsets: number): void {
    this.done += offsets;
  }

  get records(): number {
    return this.done;
  }

  secondsSince(now = performance.now()): number {
    return (now - this.started) / 1000;
  }

  /** Offsets a second. */
  rate(now = performance.now()): number {
    return this.done / Math.max(this.secondsSince(now), 0.001);
  }

  /** For the log and for probes: `45 % of 1234567 records, about 12 s left`. */
  text(now = performance.now()): string {
    // Offsets that are gone count as done, and are no part of the total.
    const done = Math.min(this.done, this.total);
    const share = this.total === 0 ? 100 : Math.floor((100 * done) / this.total);
    const left = Math.ceil((this.total - done) / Math.max(this.rate(now), 1));
    const estimate = this.done === 0 ? '' : `, about ${left} s left`;
    return `${share} % of ${this.total} records${estimate}`;
  }
}
