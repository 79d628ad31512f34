import type { ErrorLimitSettings } from '../config/error-limit.settings.js';

export type ErrorLimits = Pick<ErrorLimitSettings, 'percent' | 'window' | 'consecutive'>;

/** A limit that is reached, and by what. */
export type ReachedLimit =
  | { readonly limit: 'consecutive'; readonly errors: number }
  | { readonly limit: 'percent'; readonly errors: number; readonly records: number };

/** The record of a batch at which a limit is reached. */
export interface Crossing {
  readonly index: number;
  readonly reached: ReachedLimit;
}

/** The part of a window that has to be there before a share says anything: until then what lacks counts as good. */
const LEAST_PART = 5;

/** Which of a partition's latest records were errors. Of a batch there is a byte for each record: 1 is an error, 0 is none. */
export class ErrorHistory {
  private readonly leastRecords: number;
  /** A ring. */
  private readonly latest: Uint8Array;
  /** Where the oldest one is, or the first free place. */
  private next = 0;
  private records = 0;
  private errors = 0;
  /** Errors in a row, up to now. */
  private run = 0;
  /** Records, up to a window of them, since the last one at which the limit of errors in a row was reached. */
  private sinceLongRun: number;

  constructor(private readonly limits: ErrorLimits) {
    this.leastRecords = Math.ceil(limits.window / LEAST_PART);
    this.latest = new Uint8Array(limits.window);
    this.sinceLongRun = limits.window;
  }

  /** Where a batch would reach a limit, if it came now. Nothing is changed. */
  crossingOf(batch: Uint8Array): Crossing | null {
    const { window } = this.limits;
    let { records, errors, run, next } = this;
    for (let index = 0; index < batch.length; index++) {
      errors += batch[index] - (index < window ? this.latest[next] : batch[index - window]);
      next = next + 1 === window ? 0 : next + 1;
      if (records < window) records++;
      run = batch[index] === 0 ? 0 : run + 1;
      if (run === 0) continue; // only an error reaches a limit
      const reached = this.reachedBy(records, errors, run);
      if (reached !== null) return { index, reached };
    }
    return null;
  }

  append(batch: Uint8Array): void {
    const { window, consecutive } = this.limits;
    for (const value of batch) {
      this.errors += value - this.latest[this.next];
      this.latest[this.next] = value;
      this.next = this.next + 1 === window ? 0 : this.next + 1;
      if (this.records < window) this.records++;
      this.run = value === 0 ? 0 : this.run + 1;
      if (consecutive > 0 && this.run >= consecutive) this.sinceLongRun = 0;
      else if (this.sinceLongRun < window) this.sinceLongRun++;
    }
  }

  /** Whether a whole window is there, and within both limits. */
  get isCalm(): boolean {
    const { window } = this.limits;
    return (
      this.records === window &&
      this.sinceLongRun === window &&
      this.reachedBy(this.records, this.errors, this.run) === null
    );
  }

  private reachedBy(records: number, errors: number, run: number): ReachedLimit | null {
    const { percent, consecutive } = this.limits;
    if (consecutive > 0 && run >= consecutive) return { limit: 'consecutive', errors: run };
    const of = Math.max(records, this.leastRecords);
    return percent > 0 && errors * 100 >= percent * of ? { limit: 'percent', errors, records: of } : null;
  }
}
