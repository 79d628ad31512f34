import { ModelCounts } from './model-counts.testing.js';
import { ModelFlags } from './model-flags.testing.js';
import type { IsSmaller } from './model-flags.testing.js';
import type { ModelLogin } from './model-login.testing.js';
import { ModelSummaries } from './model-summaries.testing.js';

export interface ModelSettings {
  /** 0: off. */
  readonly dedupeSeconds: number;
  /** 0: no end. */
  readonly windowSeconds: number;
  readonly gapSeconds: number;
  readonly mapLimit: number;
}

export const MODEL_DEFAULTS: ModelSettings = {
  dedupeSeconds: 600,
  windowSeconds: 86_400,
  gapSeconds: 1_800,
  mapLimit: 1_000,
};

/**
 * A second implementation of what the service remembers, from the contract: Maps, Sets and lists that are gone through
 * at every login. It shares nothing with the store, forgets nothing, and takes its time.
 */
export class StateModel {
  readonly versions: ModelCounts;
  readonly locales: ModelCounts;
  readonly deviceTypes: ModelCounts;
  readonly regions: ModelCounts;
  readonly countries: ModelCounts;
  readonly errors: string[] = [];
  readonly filtered: string[] = [];
  readonly processed: ModelLogin[] = [];
  suspicious = 0;
  readonly flags: ModelFlags;
  readonly summaries = new ModelSummaries(this);

  /** @param isSmallerUser orders users of a device whose times are equal */
  constructor(
    private readonly settings: ModelSettings = MODEL_DEFAULTS,
    isSmallerUser: IsSmaller<string> = (a, b) => a < b,
  ) {
    const { mapLimit, windowSeconds, gapSeconds } = settings;
    this.versions = new ModelCounts(mapLimit);
    this.locales = new ModelCounts(mapLimit);
    this.deviceTypes = new ModelCounts(mapLimit);
    this.regions = new ModelCounts(Infinity);
    this.countries = new ModelCounts(Infinity);
    this.flags = new ModelFlags(windowSeconds, gapSeconds, isSmallerUser);
  }

  countError(type: string): void {
    this.errors.push(type);
  }

  countFiltered(reason: string): void {
    this.filtered.push(reason);
  }

  /** @returns the analytics fields, in the order of the record; null for a duplicate */
  apply(login: ModelLogin) {
    if (this.isDuplicate(login)) {
      this.countFiltered('duplicate');
      return null;
    }
    this.processed.push(login);
    this.regions.add(login.region);
    if (login.ip_country !== null) this.countries.add(login.ip_country);
    this.deviceTypes.add(login.device_type);
    const totals = {
      total_logins_for_version: this.versions.add(login.app_version),
      total_logins_from_locale: this.locales.add(login.locale),
      most_common_device_type: this.deviceTypes.mostCommon!,
    };
    const fields = { ...totals, ...this.flags.apply(login) };
    if (fields.suspicious_login) this.suspicious++;
    return fields;
  }

  private isDuplicate({ value, arrival, partition, offset }: ModelLogin): boolean {
    const { dedupeSeconds } = this.settings;
    if (dedupeSeconds === 0) return false;
    return this.processed.some(
      (other) =>
        other.value === value &&
        Math.abs(other.arrival - arrival) <= dedupeSeconds * 1000 &&
        (other.partition !== partition || other.offset !== offset),
    );
  }
}

/** What analytics adds to a processed record. */
export type AnalyticsFields = NonNullable<ReturnType<StateModel['apply']>>;
