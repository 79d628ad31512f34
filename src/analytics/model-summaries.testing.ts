import type { StateModel } from './model.testing.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

type WindowCounts = ReturnType<ModelSummaries['counts']>;

/** The summaries of a model: everything counted anew from its lists. */
export class ModelSummaries {
  private sequence = 0;
  private start: number | null = null;
  private before: WindowCounts | null = null;

  constructor(private readonly model: StateModel) {}

  /** The last one that is known to be published. */
  resume(sequence: number): void {
    if (sequence > this.sequence) this.sequence = sequence;
  }

  /** Something is applied now, in milliseconds. */
  begin(now: number): void {
    if (this.start === null) this.start = Math.floor(now / 1000);
  }

  get hasChanged(): boolean {
    return this.counts().total_received_count !== (this.before?.total_received_count ?? 0);
  }

  take(now: number) {
    const published_at = Math.floor(now / 1000);
    const counts = this.counts();
    const entries = Object.entries(counts) as [keyof WindowCounts, number][];
    const window = {
      start: this.start,
      end: published_at,
      ...Object.fromEntries(entries.map(([name, count]) => [name, count - (this.before?.[name] ?? 0)])),
    };
    this.start = published_at;
    this.before = counts;
    this.sequence++;
    return { sequence: this.sequence, ...this.figures(), window, published_at };
  }

  /** What a summary says of everything so far; it does not depend on the clock or on the summaries before. */
  figures() {
    const { model } = this;
    const { sessions_started, ...cumulative } = this.counts();
    const hours = model.processed.map(({ event_time }) => new Date(event_time * 1000).getUTCHours());
    const days = model.processed.map(({ event_time }) => DAYS[new Date(event_time * 1000).getUTCDay()]);
    const [byHour, byDay] = [tally(hours), tally(days)];
    const peaks = [...byHour.keys()].sort((a, b) => byHour.get(b)! - byHour.get(a)! || a - b);
    return {
      ...cumulative,
      device_type_counts: Object.fromEntries(model.deviceTypes.counts),
      locale_counts: Object.fromEntries(model.locales.counts),
      region_counts: Object.fromEntries(model.regions.counts),
      app_version_counts: Object.fromEntries(model.versions.counts),
      country_counts: Object.fromEntries(model.countries.counts),
      hourly_activity: Object.fromEntries(HOURS.map((hour) => [hour, byHour.get(hour) ?? 0])),
      daily_activity: Object.fromEntries(DAYS.map((day) => [day, byDay.get(day) ?? 0])),
      error_type_counts: Object.fromEntries(tally(model.errors)),
      clean_type_counts: Object.fromEntries(tally(model.filtered)),
      most_common_device_type: model.deviceTypes.mostCommon,
      peak_hours: peaks.slice(0, 3),
      unique_users: model.flags.users,
      unique_devices: model.flags.devices,
      shared_device_count: model.flags.flaggedDevices.size,
      sessions: { started: sessions_started, active: model.flags.activeSessions },
    };
  }

  private counts() {
    const { processed, filtered, errors, suspicious, flags } = this.model;
    return {
      total_received_count: processed.length + filtered.length + errors.length,
      processed_count: processed.length,
      filtered_count: filtered.length,
      error_count: errors.length,
      suspicious_count: suspicious,
      sessions_started: flags.started,
    };
  }
}

function tally<Key>(keys: readonly Key[]): Map<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
