import { describe, expect, it } from '@jest/globals';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EmbeddedStateStore } from '../../src/analytics/embedded-state-store.js';
import { STATE_FIELDS } from '../../src/analytics/analytics-fields.js';
import { demandOf } from '../../src/analytics/state-demand.js';
import type { StatePlan } from '../../src/analytics/state-plan.js';
import type { StateStore } from '../../src/analytics/state-store.js';
import { SUMMARY_FIELDS } from '../../src/analytics/summary/summary-fields.js';
import type { SummaryCadence } from '../../src/analytics/summary/summary-cadence.js';
import { Placing, traffic } from '../../src/analytics/traffic.testing.js';
import type { TrafficBatch } from '../../src/analytics/traffic.testing.js';
import { AnalyticsSettings } from '../../src/config/analytics.settings.js';
import { recentTimes, recentValues } from '../../src/enrichment/state-handles.js';
import { Filtered } from '../../src/pipeline/outcome.js';
import { aLogin } from '../../src/pipeline/testing.js';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { analyticsOf, logins, NOW, openStore, positionOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

const TIMEOUT_MS = 240_000;

let redis: TestRedis;
ownRedis((started) => (redis = started));

const handles = () => [
  recentValues({ per: 'user_id', of: 'ip_country', keep: 2, windowSeconds: 60 }),
  recentValues({ per: 'user_id', of: 'ip_country', keep: 2, windowSeconds: 0 }),
  recentValues({ per: 'user_id', of: 'device_id', keep: 3, windowSeconds: 0 }),
  recentTimes({ per: 'user_id', keep: 4, windowSeconds: 60 }),
  recentValues({ per: 'device_id', of: 'user_id', keep: 2, windowSeconds: 60 }),
  recentTimes({ per: 'device_id', keep: 1, windowSeconds: 0 }),
];
type Handles = ReturnType<typeof handles>;

/** What the late processors find, login by login. */
async function seen(store: StateStore, its: Handles, batches: readonly TrafficBatch[]) {
  const placing = new Placing();
  const ends = [0, 0, 0];
  const found: unknown[] = [];
  for (const { partition, records } of batches) {
    const first = ends[partition];
    const outcomes = records.map((record, index) => {
      const { outcome } = placing.place(record, partition);
      const offset = String(first + index);
      return outcome instanceof Filtered ? new Filtered(aLogin({}, { offset }), outcome.reason) : outcome;
    });
    ends[partition] += records.length;
    await store.apply(positionOf(partition, first, ends[partition]), outcomes, (login) =>
      found.push([
        login.raw.offset,
        analyticsOf(login),
        its.map((handle) => [
          ...[handle.now, [...handle.times.slice(0, handle.size)]],
          'values' in handle && [handle.current, [...handle.values.slice(0, handle.size)]],
        ]),
      ]),
    );
  }
  return found;
}

describe('RedisStateStore, for late processors,', () => {
  it(
    'fills the handles as the embedded store does',
    async () => {
      await fc.assert(
        fc.asyncProperty(traffic(300), async (batches) => {
          const [ours, theirs] = [handles(), handles()];
          const demandWith = (its: Handles) => demandOf(STATE_FIELDS, [...SUMMARY_FIELDS], its);
          const embedded = new EmbeddedStateStore(
            ...([
              Object.assign(new AnalyticsSettings(), { maxUsers: 100, maxDevices: 100, dedupeLimit: 100 }),
              { everyMessages: 0, everySeconds: 0 } as SummaryCadence,
              { demand: demandWith(theirs) } as StatePlan,
            ] as const),
          );
          embedded.onModuleInit();
          const store = await openStore({ url: redis.url, demand: demandWith(ours) });
          try {
            assert.deepEqual(await seen(store, ours, batches), await seen(embedded, theirs, batches));
          } finally {
            store.close();
          }
        }),
        { numRuns: 100 },
      );
    },
    TIMEOUT_MS,
  );

  it('fills them again from what is kept when another process has to write the outcomes', async () => {
    const countries = recentValues({ per: 'user_id', of: 'ip_country', keep: 2, windowSeconds: 0 });
    const options = {
      url: redis.url,
      group: uniqueName('group'),
      demand: demandOf(['session_count'], [], [countries]),
    };
    const [first, second] = [await openStore(options), await openStore(options)];
    const batch = () =>
      logins(
        0,
        { ip_country: 'US' },
        { ip_country: 'DE' },
        { ip_country: null },
        { ip_country: 'FR', user_id: 'v' },
      );
    const note = async (
      store: typeof first,
      outcomes: ReturnType<typeof batch>,
      from: number,
      end: number,
    ) => {
      const sizes: unknown[] = [];
      await store.apply(positionOf(0, from, end, from, NOW), outcomes, () => sizes.push(countries.size));
      return sizes;
    };
    expect(await note(first, batch(), 0, 4)).toEqual([0, 1, 2, 0]);
    expect(await note(second, batch().slice(0, 2), 0, 2)).toEqual([0, 1]);
    expect(await note(second, batch().slice(2), 2, 4)).toEqual([2, 0]);
    first.close();
    second.close();
  });
});
