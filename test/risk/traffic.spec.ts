import { beforeAll, describe, expect, it } from '@jest/globals';
import { Random } from '../../src/cli/generator/random.js';
import { expectExactly } from '../pipeline/judged.js';
import { Oracle } from '../pipeline/oracle.js';
import { message, runService } from '../pipeline/run.js';
import type { Run } from '../pipeline/run.js';

const COUNT = 1_500;
/** Logins come out of order by up to so many seconds. */
const BLOCK = 30;
const ARRIVAL = 1_729_900_000_000;
const WINDOW_SECONDS = 120;
/** Registered in the US, in Germany (twice), in Japan, and nowhere. */
const IPS = ['18.7.22.69', '53.0.0.1', '53.0.0.2', '133.11.0.1', '10.0.0.1'];

/** Few users with devices of their own, at home and away, on devices of others, in busy and in quiet times. */
function logins() {
  const random = Random.fromSeed(11, 'risk');
  let now = ARRIVAL / 1000 - 40_000;
  const all = Array.from({ length: COUNT }, (_, id) => {
    const user = random.below(12);
    // Each second once: users of a device at the same second are in an order of the service's own.
    now += id % 300 < 150 ? 1 + random.below(3) : 20 + random.below(40);
    const own = `device ${user} ${random.below(2)}`;
    return {
      user_id: `user ${user}`,
      app_version: '2.3.0',
      device_type: 'ios',
      ip: random.chance(0.7) ? IPS[user % IPS.length] : random.oneOf(IPS),
      locale: 'NC',
      device_id: random.chance(0.8) ? own : `kiosk ${random.below(5)}`,
      timestamp: now,
    };
  });
  const blocks = Array.from({ length: COUNT / BLOCK }, (_, block) =>
    all.slice(block * BLOCK, (block + 1) * BLOCK),
  );
  return blocks.flatMap((block) => {
    const mixed = [...block];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
    }
    return mixed;
  });
}

describe('the risk in traffic out of order', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runService({
      partitions: [logins().map((login) => message(login))],
      arrival: ARRIVAL,
      settings: { ANALYTICS_WINDOW_SECONDS: String(WINDOW_SECONDS) },
    });
  });

  it('is, login by login, what a plain model finds that forgets nothing', () => {
    expectExactly(run, new Oracle({ ANALYTICS_WINDOW_SECONDS: WINDOW_SECONDS }));
  });

  it('is of every kind', () => {
    const reasons = run.processed.map(({ json }) => json.risk_reasons as string[]);
    for (const reason of ['several_ips', 'impossible_travel', 'new_device', 'shared_device', 'login_burst']) {
      const count = reasons.filter((those) => those.includes(reason)).length;
      expect([reason, count > 30, count < COUNT - 30]).toEqual([reason, true, true]);
    }
    expect(new Set(reasons.map((those) => those.join())).size).toBeGreaterThan(20);
    expect(reasons.filter((those) => those.length === 0).length).toBeGreaterThan(30);
  });
});
