import { AnalyticsSettings } from '../../src/config/analytics.settings.js';
import { RedisSettings } from '../../src/config/redis.settings.js';
import { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { FULL_DEMAND } from '../../src/analytics/state-demand.js';
import type { StateDemand } from '../../src/analytics/state-demand.js';
import { bothForms } from '../../src/analytics/traffic.testing.js';
import type { EnrichedLogin } from '../../src/pipeline/login.js';
import { Filtered } from '../../src/pipeline/outcome.js';
import type { Outcome } from '../../src/pipeline/outcome.js';
import { STATE_FIELDS } from '../../src/analytics/analytics-fields.js';
import { uniqueName } from '../support/kafka.js';

export const NOW = 1_711_302_640_500;

export interface StoreOptions {
  readonly url: string;
  readonly group?: string;
  readonly topic?: string;
  readonly settings?: Partial<AnalyticsSettings>;
  readonly redis?: Partial<RedisSettings>;
  readonly every?: number;
  readonly demand?: StateDemand;
  readonly clusterId?: string;
}

/** A store as one process of the group has it. */
export function storeOf({
  url,
  group,
  topic = 'user-login',
  settings,
  redis,
  every = 0,
  demand,
}: StoreOptions): RedisStateStore {
  return new RedisStateStore(
    Object.assign(new AnalyticsSettings(), settings),
    { everyMessages: every },
    { demand: demand ?? FULL_DEMAND },
    Object.assign(new RedisSettings(), { url, timeoutMs: 2_000 }, redis),
    { group: group ?? uniqueName('group'), topic },
  );
}

/** Of which nothing is committed. */
export const originOf = (clusterId: string | null = null) => ({
  clusterId,
  lastSummary: () => Promise.resolve(0),
});

export async function openStore(options: StoreOptions): Promise<RedisStateStore> {
  const store = storeOf(options);
  await store.open(originOf(options.clusterId));
  return store;
}

export const LOGIN = {
  user_id: 'u',
  device_id: 'd',
  app_version: '2.3.0',
  locale: 'NC',
  ip: '1.2.3.4',
  device_type: 'ios',
  region: 'South',
  ip_country: null as string | null,
  event_time: 1_711_302_636,
  value: 'a value',
  arrival: NOW,
  partition: 0,
  offset: 0,
};

/** One after the other from an offset on, each with a value of its own. */
export function logins(from: number, ...changes: Partial<typeof LOGIN>[]): Outcome[] {
  return changes.map((change, index) => {
    const offset = from + index;
    return bothForms({ ...LOGIN, value: `value ${change.partition ?? 0}-${offset}`, offset, ...change })
      .outcome;
  });
}

export const some = (count: number, change: Partial<typeof LOGIN> = {}): Partial<typeof LOGIN>[] =>
  Array.from({ length: count }, () => change);

/** Of a batch that begins at an offset. */
export const positionOf = (
  partition: number,
  first: number,
  end: number,
  claimed: number | null = null,
  now = NOW,
) => ({
  ...{ topic: 'user-login', partition, offsets: { first, end }, claimed, now },
});

export const analyticsOf = (outcome: Outcome) =>
  outcome instanceof Filtered
    ? null
    : Object.fromEntries(STATE_FIELDS.map((field) => [field, (outcome as EnrichedLogin)[field]]));

/** Counts of the versions of a batch of logins that are all of one version: they tell how often each was counted. */
export const countsOf = (outcomes: readonly unknown[]) =>
  outcomes.map((login) => (login as EnrichedLogin).total_logins_for_version);
