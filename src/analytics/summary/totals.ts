import type { EnrichedLogin } from '../../pipeline/login.js';
import type { ErrorType, FilterReason } from '../../pipeline/outcome.js';
import { BoundedCounter } from '../bounded-counter.js';
import { MostCommon } from '../most-common.js';
import { FULL_DEMAND } from '../state-demand.js';
import type { StateDemand } from '../state-demand.js';
import type { StoredPart } from '../tables/stored-part.js';
import { Activity } from './activity.js';

/** Running totals over everything that has been applied; counted over processed records unless the name says otherwise. */
export class Totals {
  processed = 0;
  suspicious = 0;
  readonly filteredByReason = new Map<FilterReason, number>();
  readonly errorsByType = new Map<ErrorType, number>();
  readonly versions: BoundedCounter;
  readonly locales: BoundedCounter;
  readonly deviceTypes: BoundedCounter;
  /** Our own words and the countries of the world: nobody can add to these. */
  readonly regions = new BoundedCounter(Infinity);
  readonly countries = new BoundedCounter(Infinity);
  readonly activity = new Activity();
  readonly mostCommonDeviceType = new MostCommon();
  private readonly counts;
  private readonly writes;

  /**
   * @param mapLimit how many keys each count by value has
   * @param demand what is counted, and what of it is written onto logins
   */
  constructor(mapLimit: number, { parts, fields }: Pick<StateDemand, 'parts' | 'fields'> = FULL_DEMAND) {
    const counter = () => new BoundedCounter(mapLimit);
    [this.versions, this.locales, this.deviceTypes] = [counter(), counter(), counter()];
    this.counts = {
      versions: parts.has('versions'),
      locales: parts.has('locales'),
      deviceTypes: parts.has('deviceTypes'),
      regions: parts.has('regions'),
      countries: parts.has('countries'),
      activity: parts.has('activity'),
    };
    this.writes = {
      versions: fields.has('total_logins_for_version'),
      locales: fields.has('total_logins_from_locale'),
      mostCommon: fields.has('most_common_device_type'),
    };
  }

  /** Counts a processed login and writes the totals onto it. */
  countProcessed(login: EnrichedLogin): void {
    const { counts, writes } = this;
    this.processed++;
    if (counts.versions) {
      const { count } = this.versions.add(login.app_version);
      if (writes.versions) login.total_logins_for_version = count;
    }
    if (counts.locales) {
      const { count } = this.locales.add(login.locale);
      if (writes.locales) login.total_logins_from_locale = count;
    }
    if (counts.deviceTypes) {
      const most = this.mostCommonDeviceType.counted(this.deviceTypes.add(login.device_type_lower));
      if (writes.mostCommon) login.most_common_device_type = most;
    }
    if (counts.regions) this.regions.add(login.region);
    if (counts.countries && login.ip_country !== null) this.countries.add(login.ip_country);
    if (counts.activity) this.activity.add(login.event_time);
  }

  countFiltered(reason: FilterReason): void {
    this.filteredByReason.set(reason, (this.filteredByReason.get(reason) ?? 0) + 1);
  }

  countError(type: ErrorType): void {
    this.errorsByType.set(type, (this.errorsByType.get(type) ?? 0) + 1);
  }

  get filtered(): number {
    return sum(this.filteredByReason);
  }

  get errors(): number {
    return sum(this.errorsByType);
  }

  get received(): number {
    return this.processed + this.filtered + this.errors;
  }

  facts(): object {
    const { processed, suspicious, filteredByReason, errorsByType } = this;
    const parts = Object.entries(this.parts).map(([name, part]) => [name, part.facts()]);
    return {
      processed,
      suspicious,
      filteredByReason: [...filteredByReason],
      errorsByType: [...errorsByType],
      ...Object.fromEntries(parts),
    };
  }

  /** Takes the totals of an image into empty ones. */
  restore(stored: StoredPart): void {
    this.processed = stored.whole('processed');
    this.suspicious = stored.whole('suspicious');
    for (const [reason, count] of stored.counts('filteredByReason'))
      this.filteredByReason.set(reason as FilterReason, count);
    for (const [type, count] of stored.counts('errorsByType'))
      this.errorsByType.set(type as ErrorType, count);
    for (const [name, part] of Object.entries(this.parts)) part.restore(stored.part(name));
  }

  private get parts() {
    const { versions, locales, deviceTypes, regions, countries, activity, mostCommonDeviceType } = this;
    return { versions, locales, deviceTypes, regions, countries, activity, mostCommonDeviceType };
  }
}

const sum = (counts: ReadonlyMap<unknown, number>): number => {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
};
