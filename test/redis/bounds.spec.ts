import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EnrichedLogin } from '../../src/pipeline/login.js';
import { Filtered } from '../../src/pipeline/outcome.js';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { logins, NOW, openStore, positionOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

let redis: TestRedis;
ownRedis((started) => (redis = started));

/** Two generations, plainly: what was used goes to the newer one; when that has half of what is allowed, the older one goes. */
class PlainGenerations {
  evictions = 0;
  private now = new Map<string, number>();
  private old = new Map<string, number>();

  constructor(private readonly half: number) {}

  /** @returns how often the key was used since it is remembered */
  use(key: string): number {
    const uses = (this.now.get(key) ?? this.old.get(key) ?? 0) + 1;
    if (!this.now.has(key)) {
      this.old.delete(key);
      if (this.now.size >= this.half) {
        this.evictions += this.old.size;
        [this.old, this.now] = [this.now, new Map()];
      }
    }
    this.now.set(key, uses);
    return uses;
  }

  get size(): number {
    return this.now.size + this.old.size;
  }
}

describe('RedisStateStore, when it is full,', () => {
  it('forgets the users that were used least recently, half of those that are allowed at a time', async () => {
    const visits = fc.array(fc.array(fc.nat(14), { minLength: 1, maxLength: 30 }), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(visits, fc.integer({ min: 2, max: 9 }), async (batches, maxUsers) => {
        const store = await openStore({ url: redis.url, settings: { maxUsers, dedupeSeconds: 0 } });
        const model = new PlainGenerations(Math.floor(maxUsers / 2));
        let first = 0;
        for (const users of batches) {
          const outcomes = logins(first, ...users.map((user) => ({ user_id: `u${user}` })));
          await store.apply(positionOf(0, first, first + users.length), outcomes, null);
          const expected = users.map((user) => model.use(`u${user}`));
          expect(outcomes.map((login) => (login as EnrichedLogin).session_logins)).toEqual(expected);
          first += users.length;
        }
        expect(store.figures).toMatchObject({
          rows: { users: model.size },
          evictions: { users: model.evictions },
        });
        expect(model.size).toBeLessThanOrEqual(maxUsers);
        store.close();
      }),
      { numRuns: 60 },
    );
  });

  it('counts the sessions of users that it has not forgotten', async () => {
    const store = await openStore({ url: redis.url, every: 1, settings: { maxUsers: 4, dedupeSeconds: 0 } });
    const users = ['a', 'b', 'a', 'c', 'd', 'e', 'a'].map((user_id) => ({ user_id }));
    const due = await store.apply(positionOf(0, 0, users.length), logins(0, ...users), null);
    expect(due.map(({ summary }) => summary.sessions.active)).toEqual([1, 2, 2, 3, 4, 3, 4]);
    store.close();
  });

  it('lets sessions end as time goes on, also by a great leap', async () => {
    const store = await openStore({ url: redis.url, every: 1, settings: { sessionGapSeconds: 100 } });
    const times = [1_000, 1_050, 1_101, 1_150, 1_151, 9_000, 9_050, 8_980, 8_000, 9_151].map(
      (time) => 1_700_000_000 + time,
    );
    const users = times.map((event_time, index) => ({ user_id: `u${index}`, event_time }));
    const active: number[] = [];
    for (const [index, user] of users.entries()) {
      const due = await store.apply(positionOf(0, index, index + 1), logins(index, user), null);
      active.push(...due.map(({ summary }) => summary.sessions.active));
    }
    const expected = times.map((_, index) => {
      const seen = times.slice(0, index + 1);
      return seen.filter((time) => Math.max(...seen) - time <= 100).length;
    });
    expect(active).toEqual(expected);
    const whole = await openStore({ url: redis.url, every: 1, settings: { sessionGapSeconds: 100 } });
    const due = await whole.apply(positionOf(0, 0, users.length), logins(0, ...users), null);
    expect(due.map(({ summary }) => summary.sessions.active)).toEqual(expected);
    store.close();
    whole.close();
  });

  it('finds duplicates of at least the half of the records that are allowed', async () => {
    const store = await openStore({ url: redis.url, settings: { dedupeLimit: 10 } });
    const values = Array.from({ length: 23 }, (_, index) => ({ value: `v${index}` }));
    await store.apply(positionOf(0, 0, 23), logins(0, ...values), null);
    const again = logins(0, ...values.map((value) => ({ ...value, partition: 1 }))).reverse();
    const outcomes = again.map((login, index) =>
      Object.assign(login, { raw: { ...(login as EnrichedLogin).raw, offset: String(index) } }),
    );
    await store.apply(positionOf(1, 0, 23, null, NOW), outcomes, null);
    const found = outcomes.map((outcome) => outcome instanceof Filtered);
    expect(found.slice(0, 8)).toEqual(new Array(8).fill(true));
    expect(found.slice(8)).toEqual(new Array(15).fill(false));
    expect(store.figures.rows.duplicates).toBeLessThanOrEqual(10);
    store.close();
  });

  it('estimates great numbers of users within 1 %, and counts small ones exactly', async () => {
    const store = await openStore({
      url: redis.url,
      every: 500,
      settings: { maxUsers: 100, dedupeSeconds: 0 },
    });
    const counted: number[] = [];
    const [batch, batches] = [5_000, 5];
    for (let first = 0; first < batch * batches; first += batch) {
      const users = Array.from({ length: batch }, (_, index) => ({
        user_id: `u${first + index}`,
        value: '',
      }));
      const due = await store.apply(positionOf(0, first, first + batch), logins(first, ...users), null);
      counted.push(...due.map(({ summary }) => summary.unique_users));
    }
    expect(counted.slice(0, 2)).toEqual([500, 1_000]);
    counted.forEach((count, index) => expect(Math.abs(count / (500 * (index + 1)) - 1)).toBeLessThan(0.01));
    store.close();
  });

  it('takes a few dozen bytes for each user, device and value', async () => {
    const group = uniqueName('group');
    const store = await openStore({ url: redis.url, group });
    const users = 20_000;
    for (let first = 0; first < users; first += 4_000) {
      const batch = Array.from({ length: 4_000 }, (_, index) => ({
        user_id: `u${first + index}`,
        device_id: `d${first + index}`,
      }));
      await store.apply(positionOf(0, first, first + 4_000), logins(first, ...batch), null);
    }
    const client = redis.client();
    const bytes = async (key: string) =>
      Number(await client.call('MEMORY', 'USAGE', `{login-stream:${group}}:${key}`, 'SAMPLES', '0')) / users;
    const each = {
      user: await bytes('users'),
      device: await bytes('devices'),
      value: await bytes('duplicates'),
    };
    expect(each.user).toBeLessThan(140);
    expect(each.device).toBeLessThan(110);
    expect(each.value).toBeLessThan(110);
    client.disconnect();
    store.close();
  });
});
