import type { ErrorType, FilterReason } from '../pipeline/outcome.js';

/** How the records of a batch ended, counted as they are written. */
export class OutcomeTally {
  processed = 0;
  readonly filtered = new Map<FilterReason, number>();
  readonly errors = new Map<ErrorType, number>();

  countFiltered(reason: FilterReason): void {
    this.filtered.set(reason, (this.filtered.get(reason) ?? 0) + 1);
  }

  countError(type: ErrorType): void {
    this.errors.set(type, (this.errors.get(type) ?? 0) + 1);
  }
}
