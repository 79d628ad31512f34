/** Whole batches go out in so many ms, or one record at a time when fewer are due. */
const TICK_MS = 20;
/** Records; of half a megabyte together, so that they fit into a record batch even when they go to one partition. */
const LARGEST_BATCH = 2_000;
/** What a stall has left undone is made up for up to here; a broker that was away is not met with all of it. */
const MOST_BEHIND_SECONDS = 1;

/** Says how many records are due when records are sent at a steady rate. Times are in ms, of a clock that never goes back. */
export class Pace {
  private taken = 0;

  /**
   * @param rate records per second; 0: as fast as possible
   * @param start when the first record is due
   */
  constructor(
    private readonly rate: number,
    private start: number,
  ) {}

  /** Takes what is due, at most a batch. */
  take(now: number): number {
    if (this.rate === 0) return LARGEST_BATCH;
    const allowed = Math.max(1, Math.floor(this.rate * MOST_BEHIND_SECONDS));
    let owed = Math.floor(((now - this.start) / 1000) * this.rate) + 1 - this.taken;
    if (owed > allowed) {
      this.start += ((owed - allowed) / this.rate) * 1000;
      owed = allowed;
    }
    const due = Math.max(0, Math.min(owed, LARGEST_BATCH));
    this.taken += due;
    return due;
  }

  /** How long to wait before it is worth asking again. */
  wait(now: number): number {
    if (this.rate === 0) return 0;
    const next = this.start + (this.taken / this.rate) * 1000 - now;
    return next <= -TICK_MS ? 0 : Math.max(TICK_MS, Math.ceil(next));
  }
}
