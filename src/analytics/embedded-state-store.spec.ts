import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
import { EmbeddedStateStore } from './embedded-state-store.js';

const POSITION = { topic: 'in', partition: 0, firstOffset: 0, endOffset: 1 };

type Fields = readonly [app_version: string, locale: string, deviceType: string];

const storeOf = (mapLimit: number) =>
  new EmbeddedStateStore(Object.assign(new AnalyticsSettings(), { mapLimit }));

const loginOf = ([app_version, locale, device_type]: Fields) =>
  Object.assign(aLogin({ app_version, locale, device_type }), {
    device_type_lower: device_type.toLowerCase(),
  }) as EnrichedLogin;

async function totals(store: EmbeddedStateStore, batches: readonly (readonly Fields[])[]) {
  const logins = batches.map((batch) => batch.map(loginOf));
  for (const batch of logins) await store.apply(POSITION, batch);
  return logins
    .flat()
    .map((login) => [
      login.total_logins_for_version,
      login.total_logins_from_locale,
      login.most_common_device_type,
    ]);
}

/** The same by counting everything anew each time. The first keys have a count of their own, all others share one. */
function expectedTotals(all: readonly Fields[], limit: number) {
  const countedAs = (column: 0 | 1 | 2) => {
    const kept = new Set<string>();
    return all.map((fields) => {
      const key = fields[column].toLowerCase();
      if (kept.size < limit) kept.add(key);
      return kept.has(key) ? key : 'other';
    });
  };
  const [versions, locales, types] = ([0, 1, 2] as const).map(countedAs);
  const count = (keys: readonly string[], index: number, key = keys[index]) =>
    keys.slice(0, index + 1).filter((other) => other === key).length;
  return all.map((_, index) => {
    const best = [...new Set(types.slice(0, index + 1))].sort(
      (a, b) => count(types, index, b) - count(types, index, a) || (a < b ? -1 : 1),
    );
    return [count(versions, index), count(locales, index), best[0]];
  });
}

describe('EmbeddedStateStore', () => {
  it('counts versions and locales, and knows the most common device type, of equals the first in the alphabet', async () => {
    const logins: Fields[] = [
      ['2.3.0', 'NC', 'iOS'],
      ['2.3.0', 'RU', 'ANDROID'],
      ['2.3.1', 'NC', 'iOS'],
      ['2.3.0', 'nc', 'Android'],
    ];
    expect(await totals(storeOf(1_000), [logins])).toEqual([
      [1, 1, 'ios'],
      [2, 1, 'android'],
      [1, 2, 'ios'],
      [3, 1, 'android'],
    ]);
  });

  it('keeps its totals from batch to batch, and leaves an empty batch alone', async () => {
    const batches: Fields[][] = [
      [['1.0.0', 'NC', 'ios']],
      [],
      [['1.0.0', 'NC', 'web']],
      [['1.0.0', 'NC', 'web']],
    ];
    expect(await totals(storeOf(1_000), batches)).toEqual([
      [1, 1, 'ios'],
      [2, 2, 'ios'],
      [3, 3, 'web'],
    ]);
  });

  it('equals a plain count of everything, however many keys there are', async () => {
    // Lower case only: the model compares all three columns in lower case.
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__', 'zz');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.tuple(key, key, key), { maxLength: 20 }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 8 }),
        async (batches, limit) => {
          expect(await totals(storeOf(limit), batches)).toEqual(expectedTotals(batches.flat(), limit));
        },
      ),
      { numRuns: 500 },
    );
  });
});
