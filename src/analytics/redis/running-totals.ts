import type { BatchNames } from './batch-facts.js';
import { isOther, whatOf } from './batch-facts.js';
import type { OtherKind } from './batch-facts.js';
import type { TotalsBefore, WindowStart } from './replies.js';
import { Activity } from '../summary/activity.js';
import type { SummaryTotals } from '../summary/summary-writer.js';
import { RunningCounts } from './running-counts.js';
import type { Counted } from './running-counts.js';

/** Goes on with the totals that there were before a batch. */
export class RunningTotals implements SummaryTotals {
  processed: number;
  filtered: number;
  errors: number;
  suspicious: number;
  /** Where the next summary's window begins. */
  window: WindowStart;
  readonly versions: RunningCounts;
  readonly locales: RunningCounts;
  readonly deviceTypes: RunningCounts;
  readonly regions: RunningCounts;
  readonly countries: RunningCounts;
  readonly hours: Float64Array;
  private readonly others: RunningCounts;
  private most: Counted | null;

  /** @param mapLimit how many keys each count by value has */
  constructor(names: BatchNames, before: TotalsBefore, mapLimit: number) {
    const { counts } = before;
    this.processed = before.processed;
    this.filtered = before.filtered;
    this.errors = before.errors;
    this.suspicious = before.suspicious;
    this.window = before.window;
    this.hours = before.hours;
    this.versions = new RunningCounts(names.versions, counts.versions, mapLimit);
    this.locales = new RunningCounts(names.locales, counts.locales, mapLimit);
    this.deviceTypes = new RunningCounts(names.types, counts.types, mapLimit);
    this.regions = new RunningCounts(names.regions, counts.regions, Infinity);
    this.countries = new RunningCounts(names.countries, counts.countries, Infinity);
    this.others = new RunningCounts(names.others, counts.others, Infinity);
    this.most = before.mostCommon;
  }

  /** Counts what was not processed. @param other its number among the others */
  countOther(kind: OtherKind, other: number): void {
    if (kind === 'filtered') this.filtered++;
    else this.errors++;
    this.others.add(other);
  }

  /** @returns the most common device type now: counts only grow, so it can only change to the one just counted */
  countType(type: number): string {
    const { key, count } = this.deviceTypes.add(type);
    const { most } = this;
    if (most === null || count > most.count || (count === most.count && key < most.key))
      this.most = { key, count };
    return this.most!.key;
  }

  get mostCommonDeviceType(): { readonly key: string | null } {
    return { key: this.most?.key ?? null };
  }

  get activity(): Activity {
    return Activity.ofWeek(this.hours);
  }

  get errorsByType(): [string, number][] {
    return this.byKind('error');
  }

  get filteredByReason(): [string, number][] {
    return this.byKind('filtered');
  }

  private byKind(kind: OtherKind): [string, number][] {
    const its = [...this.others.toMap()].filter(([name, count]) => count > 0 && isOther(kind, name));
    return its.map(([name, count]) => [whatOf(name), count]);
  }
}
