import { describe, expect, it } from '@jest/globals';
import { recentTimes, recentValues } from '../../enrichment/state-handles.js';
import { aLogin } from './a-login.js';
import { runLookup, runProcessor } from './run-processor.js';
import { someLogins } from './some-logins.js';

/** Tells what its handles say. */
class Witness {
  readonly state = {
    locales: recentValues({ per: 'user_id', of: 'locale', keep: 2, windowSeconds: 10 }),
    hours: recentValues({ per: 'user_id', of: 'hour_of_day', keep: 1, windowSeconds: 0 }),
    times: recentTimes({ per: 'device_id', keep: 2, windowSeconds: 10 }),
  };

  process(_login: object, add: object): void {
    const { locales, hours, times } = this.state;
    Object.assign(add, {
      locales: [locales.size, locales.includesCurrent, locales.othersNear],
      hours: [...hours.values.slice(0, hours.size), hours.current],
      times: [...times.times.slice(0, times.size), times.near],
    });
  }
}

describe('runProcessor', () => {
  it('shows before each login what was remembered of its user and device', () => {
    const login = (timestamp: number, locale: string, more: Parameters<typeof aLogin>[0] = {}) =>
      aLogin({ timestamp, locale, hour_of_day: timestamp % 24, ...more });
    const added = runProcessor(new Witness(), [
      login(100, 'NC'),
      login(101, 'NC'),
      login(105, 'VA', { device_id: 'another' }),
      login(200, 'NC'),
      login(90, 'MD', { hour_of_day: undefined }),
      login(200, 'VA', { user_id: 'another' }),
    ]);
    expect(added).toEqual([
      { locales: [0, false, 0], hours: [4], times: [0] },
      { locales: [1, true, 0], hours: [4, 5], times: [100, 1] },
      { locales: [1, false, 1], hours: [5, 9], times: [0] },
      { locales: [2, true, 0], hours: [9, 8], times: [101, 100, 0] },
      // The third locale is older than the two that are remembered.
      { locales: [2, false, 0], hours: [8, -1], times: [200, 101, 0] },
      { locales: [0, false, 0], hours: [8], times: [200, 101, 1] },
    ]);
  });

  it('gives the processor the clock that it is told', () => {
    const clock = {
      process: (_login: object, add: object, { now }: { now: number }) => void Object.assign(add, { now }),
    };
    expect(runProcessor(clock, [aLogin()], { now: 7 })).toEqual([{ now: 7 }]);
  });
});

describe('runLookup', () => {
  it('asks once about all', async () => {
    const lookup = { lookUp: async (logins: readonly { ip: string }[]) => [{ asked: logins.length }] };
    expect(await runLookup(lookup, [aLogin(), aLogin()])).toEqual([{ asked: 2 }]);
  });
});

describe('someLogins', () => {
  it('gives the same logins for a seed, of few users', () => {
    const [first, again, other] = [1, 1, 2].map((seed) =>
      someLogins(50, seed).map(({ raw }) => String(raw.value)),
    );
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    expect(new Set(someLogins(300).map(({ user_id }) => user_id)).size).toBe(6);
  });
});
