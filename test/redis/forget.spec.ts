import { describe, expect, it } from '@jest/globals';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { logins, NOW, openStore, positionOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

let redis: TestRedis;
ownRedis((started) => (redis = started));

describe('RedisStateStore, told to forget a user,', () => {
  it.each([
    ['used lately', 100],
    ['not used lately', 4],
  ])('knows nothing of one %s, and all of the others', async (_, maxUsers) => {
    const group = uniqueName('group');
    const settings = { maxUsers, maxDevices: maxUsers };
    const store = await openStore({ url: redis.url, group, settings });
    const visits = [
      { user_id: 'a', device_id: 'shared' },
      { user_id: 'b', device_id: 'shared' },
      { user_id: 'c', device_id: 'other' },
    ];
    await store.apply(positionOf(0, 0, 3), logins(0, ...visits), null);
    expect(await store.forget('b')).toBe(true);
    expect(await store.forget('b')).toBe(false);
    expect(await store.forget('nobody')).toBe(false);
    const outcomes = logins(3, { user_id: 'b', device_id: 'new' }, { user_id: 'a', device_id: 'shared' });
    await store.apply(positionOf(0, 3, 5, 3), outcomes, null);
    expect(outcomes).toMatchObject([
      { session_count: 1, session_logins: 1 },
      { session_logins: 2, shared_device: false },
    ]);
    store.settled(0, 5);
    await store.flushed();
    expect(await store.takeSummary(NOW)).toMatchObject({
      unique_users: 4, // who comes back is another one
      sessions: { started: 4, active: 3 },
    });
    store.close();
  });
});
