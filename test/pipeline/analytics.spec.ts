import { beforeAll, describe, expect, it } from '@jest/globals';
import { Random } from '../../src/cli/generator/random.js';
import type { ReadRecord } from '../support/kafka.js';
import { asDuplicate, expectFiltered, expectProcessed } from './judged.js';
import type { JudgedAs, Place } from './judged.js';
import { Oracle } from './oracle.js';
import { message, runService } from './run.js';
import type { Input, Run } from './run.js';

const COUNT = 2_000;
const PARTITIONS = 3;
const ARRIVAL = 1_729_900_000_000;
const ID_HEADER = 'x-test-id';
const SETTINGS = {
  ANALYTICS_WINDOW_SECONDS: 900,
  SESSION_GAP_SECONDS: 120,
  MAP_LIMIT: 3,
  DEDUPE_SECONDS: 60,
};

const IPS = ['10.0.0.1', '::ffff:10.0.0.1', '8.8.8.8', '193.0.6.139', '2001:200::1', '2001:0200:0::1'];

/** Few users, devices and places over five hours in no order, with copies; all of one version, so that its total is the turn. */
function partitions(): Input[][] {
  const random = Random.fromSeed(7, 'analytics');
  const all = Array.from({ length: PARTITIONS }, (): Input[] => []);
  const values: string[] = [];
  for (let id = 0; id < COUNT; id++) {
    const login = {
      user_id: `user ${random.below(20)}`,
      app_version: '2.3.0',
      device_type: random.oneOf(['iOS', 'android', 'ANDROID', 'web', 'tablet']),
      ip: random.oneOf(IPS),
      locale: random.oneOf(['NC', 'RU', 'de-DE', 'nc', 'TX']),
      device_id: `device ${random.below(200)}`,
      // In no order, and each second once: users of a device at the same second are in an order of the service's own.
      timestamp: ARRIVAL / 1000 - 18_000 + ((id * 7_919) % 18_000),
    };
    const isCopy = id > 0 && random.chance(0.05);
    const value = isCopy ? random.oneOf(values) : JSON.stringify(login);
    values.push(value);
    const partition = random.below(PARTITIONS);
    all[partition].push({ ...message(value), headers: { [ID_HEADER]: Buffer.from(String(id)) } });
  }
  return all;
}

const idOf = ({ headers }: Input | ReadRecord) => String(headers?.[ID_HEADER]);

describe('analytics over several partitions', () => {
  const oracle = new Oracle({ ...SETTINGS, DEVICE_TYPES: '*' });
  const inputs = new Map<string, { judged: JudgedAs<'processed'>; place: Place }>();
  let run: Run;

  beforeAll(async () => {
    run = await runService({
      partitions: partitions(),
      arrival: ARRIVAL,
      settings: {
        DEVICE_TYPES: '*',
        // Small batches, so that the partitions take turns often.
        BATCH_MAX_BYTES: '4096',
        ...Object.fromEntries(Object.entries(SETTINGS).map(([name, value]) => [name, String(value)])),
      },
    });
    run.partitions.forEach((each, partition) =>
      each.forEach((input, offset) => {
        const judged = oracle.judge(input.value, ARRIVAL) as JudgedAs<'processed'>;
        inputs.set(idOf(input), { judged, place: { input, partition, offset } });
      }),
    );
  });

  const turnOf = ({ json }: ReadRecord) => json.total_logins_for_version as number;

  it('are, in the order in which the records were applied, what the oracle says', () => {
    const state = oracle.newState();
    const inOrder = [...run.processed].sort((a, b) => turnOf(a) - turnOf(b));
    for (const record of inOrder) {
      const { judged, place } = inputs.get(idOf(record))!;
      const analytics = state.apply({ ...judged.seen, ...place });
      expectProcessed(record, judged, analytics!, place, run);
    }
    for (const record of run.filtered) {
      const { judged, place } = inputs.get(idOf(record))!;
      expect(state.apply({ ...judged.seen, ...place })).toBeNull();
      expectFiltered(record, asDuplicate(judged), place, run);
    }
    expect(run.processed.length + run.filtered.length).toBe(COUNT);
    expect(run.filtered.length).toBeGreaterThan(50);
  });

  it('come of partitions that took turns, and from both sides of every rule', () => {
    const turns = [...run.processed]
      .sort((a, b) => turnOf(a) - turnOf(b))
      .map((record) => inputs.get(idOf(record))!.place.partition);
    expect(turns.filter((partition, index) => partition !== turns[index - 1]).length).toBeGreaterThan(10);
    for (const flag of ['suspicious_login', 'logs_from_multiple_locations', 'shared_device'])
      expect(new Set(run.processed.map(({ json }) => json[flag]))).toEqual(new Set([true, false]));
    expect(Math.max(...run.processed.map(({ json }) => json.session_count as number))).toBeGreaterThan(5);
    expect(new Set(run.processed.map(({ json }) => json.ip_country))).toEqual(
      new Set([null, 'US', 'NL', 'JP']),
    );
  });

  it('count what the maps have no room for', () => {
    expect(run.metrics).toMatch(/^login_stream_state_overflow\S*\{map="locale"\} [1-9]/m);
    expect(run.metrics).toMatch(/^login_stream_state_overflow\S*\{map="app_version"\} 0$/m);
    expect(run.metrics).toMatch(/^login_stream_state_rows\{table="users"\} 20$/m);
  });
});
