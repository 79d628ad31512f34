import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DevicesTable } from './devices-table.js';
import type { Hash64 } from './key-hash.js';
import { PlainClock, PlainPair, stateOf } from './testing.js';

interface Event {
  readonly device: Hash64;
  readonly user: Hash64;
  readonly time: number;
}

const half = fc.constantFrom(0, 1, -1);
const hash = fc.record({ hi: half, lo: half });
const events = fc.array(
  fc.record({
    device: hash,
    user: hash,
    time: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 2 ** 32 - 9, max: 2 ** 32 - 1 })),
  }),
  { maxLength: 60 },
);
const capacity = fc.integer({ min: 1, max: 9 });
const window = fc.constantFrom(0, 1, 4);

const numberOf = ({ hi, lo }: Hash64) => (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);

class PlainDevices {
  private readonly clock: PlainClock<bigint>;
  private readonly devices = new Map<bigint, { users: PlainPair<bigint>; wasShared: boolean }>();
  private sharedDevices = 0;
  private evictions = 0;

  constructor(
    capacity: number,
    private readonly window: number,
  ) {
    this.clock = new PlainClock(capacity);
  }

  forgetUser(user: Hash64) {
    for (const { users } of this.devices.values()) users.forget(numberOf(user));
  }

  login({ device, user, time }: Event) {
    const key = numberOf(device);
    const victim = this.clock.use(key);
    if (victim !== undefined) {
      this.devices.delete(victim);
      this.evictions++;
    }
    const row = this.devices.get(key) ?? {
      users: new PlainPair<bigint>(this.window, (a, b) => a < b),
      wasShared: false,
    };
    this.devices.set(key, row);
    const otherUsers = row.users.see(numberOf(user), time);
    const firstShared = otherUsers > 0 && !row.wasShared;
    row.wasShared ||= otherUsers > 0;
    if (firstShared) this.sharedDevices++;
    const { sharedDevices, evictions } = this;
    return { otherUsers, firstShared, sharedDevices, size: this.devices.size, evictions };
  }
}

function login(table: DevicesTable, { device, user, time }: Event) {
  table.login(device, user, time);
  const { otherUsers, firstShared, sharedDevices, size, evictions } = table;
  return { otherUsers, firstShared, sharedDevices, size, evictions };
}

describe(DevicesTable.name, () => {
  it('says of every login what a plain memory of everything says, evictions included', () => {
    fc.assert(
      fc.property(capacity, window, events, (limit, seconds, list) => {
        const table = new DevicesTable(limit, seconds);
        const plain = new PlainDevices(limit, seconds);
        expect(list.map((event) => login(table, event))).toEqual(list.map((event) => plain.login(event)));
      }),
      { numRuns: 800 },
    );
  });

  it('goes on as before when it was saved and restored', async () => {
    await fc.assert(
      fc.asyncProperty(capacity, window, events, events, async (limit, seconds, before, after) => {
        const original = new DevicesTable(limit, seconds);
        before.forEach((event) => login(original, event));
        const restored = new DevicesTable(limit, seconds);
        await restored.restore(stateOf('devices', original));
        expect(after.map((event) => login(restored, event))).toEqual(
          after.map((event) => login(original, event)),
        );
        expect(stateOf('devices', restored)).toEqual(stateOf('devices', original));
      }),
    );
  });

  it('erases a user from all devices', () => {
    const steps = fc.array(fc.tuple(events, hash), { maxLength: 4 });
    fc.assert(
      fc.property(capacity, window, steps, (limit, seconds, list) => {
        const table = new DevicesTable(limit, seconds);
        const plain = new PlainDevices(limit, seconds);
        for (const [logins, user] of list) {
          expect(logins.map((event) => login(table, event))).toEqual(
            logins.map((event) => plain.login(event)),
          );
          table.forgetUser(user);
          plain.forgetUser(user);
        }
      }),
      { numRuns: 500 },
    );
  });
});
