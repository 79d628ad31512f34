import { progressLine } from './progress-line.js';

const TERMINAL_EVERY_MS = 200;
const LINES_EVERY_MS = 5_000;
const WINDOW_MS = 3_000;
const CLEAR_LINE = '\r\u001b[2K';

/** Shows how far the work is: one line that is written over on a terminal, else a line every five seconds. */
export class Progress {
  private readonly start = performance.now();
  private readonly timer: NodeJS.Timeout;
  /** Counts of the last seconds, oldest first. */
  private readonly marks = [{ at: this.start, sent: 0 }];

  constructor(
    private readonly sent: () => number,
    private readonly count: number,
    private readonly out: NodeJS.WriteStream,
  ) {
    this.timer = setInterval(() => this.show(), out.isTTY ? TERMINAL_EVERY_MS : LINES_EVERY_MS).unref();
  }

  /** A message of its own, above the line of progress. */
  say(text: string): void {
    this.out.write(this.out.isTTY ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.out.isTTY) this.out.write(CLEAR_LINE);
  }

  private show(): void {
    const now = performance.now();
    const sent = this.sent();
    this.marks.push({ at: now, sent });
    while (this.marks.length > 2 && this.marks[1].at <= now - WINDOW_MS) this.marks.shift();
    const [oldest] = this.marks;
    const rate = ((sent - oldest.sent) / (now - oldest.at)) * 1000;
    const state = { sent, count: this.count, seconds: (now - this.start) / 1000, rate };
    const text = progressLine(state, this.out.isTTY);
    this.out.write(this.out.isTTY ? `${CLEAR_LINE}${text}` : `${text}\n`);
  }
}
