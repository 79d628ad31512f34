/** About so many messages have a say. */
const MESSAGES = 1_000;

/** A mean over the last messages: each batch moves it by its share of {@link MESSAGES}. */
export class RecentMean {
  private mean: number | null = null;

  /** @param mean of the batch's messages */
  add(messages: number, mean: number): void {
    if (messages === 0) return;
    const share = Math.min(1, messages / MESSAGES);
    this.mean = this.mean === null ? mean : this.mean + (mean - this.mean) * share;
  }

  /** To four decimals; 0 before the first message. */
  get value(): number {
    return Math.round((this.mean ?? 0) * 1e4) / 1e4;
  }
}
