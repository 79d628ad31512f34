import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { aLogin } from '../pipeline/testing.js';
import type { LookupContext, LookupRules } from './batch-lookup.js';
import { LookupObserver } from './lookup-observer.js';
import { LookupRunner } from './lookup-runner.js';
import type { LookupProcessor } from './registered-processor.js';

class Notes extends LookupObserver {
  readonly attempts: string[] = [];
  readonly failures: string[] = [];
  lookedUp(processor: string, seconds: number): void {
    expect(seconds).toBeGreaterThanOrEqual(0);
    this.attempts.push(processor);
  }
  lookupFailed(processor: string, reason: string): void {
    this.failures.push(`${processor} ${reason}`);
  }
}

type LookUp = LookupProcessor['instance']['lookUp'];

const DEFAULT: LookupRules = {
  timeoutMs: 1_000,
  onFailure: 'default',
  default: { city: null, zone: 'none' },
};
const WAIT: LookupRules = { timeoutMs: 1_000, onFailure: 'wait' };

const lookup = (lookUp: LookUp, rules: LookupRules = DEFAULT): LookupProcessor => ({
  name: 'CityLookup',
  spec: { needs: ['ip'], adds: ['city', 'zone'], summary: 'City.' },
  instance: { lookUp },
  rules,
});

const cities: LookUp = async (logins) => logins.map((_, index) => ({ city: `city ${index}`, zone: 'z' }));
const never: LookUp = () => new Promise(() => undefined);

function make() {
  const notes = new Notes();
  const logins = [aLogin({ ip: '203.0.113.7' }), aLogin()];
  const received = Object.keys(logins[0]);
  const lease = new AbortController();
  return {
    notes,
    logins,
    lease,
    runner: new LookupRunner(notes),
    added: () =>
      logins.map((login) =>
        Object.fromEntries(Object.entries(login).filter(([name]) => !received.includes(name))),
      ),
  };
}

const DEFAULTS = [DEFAULT.default, DEFAULT.default];
const ANSWERS = [
  { city: 'city 0', zone: 'z' },
  { city: 'city 1', zone: 'z' },
];
const CONTEXT = { now: 7 };

describe(LookupRunner.name, () => {
  let warn: jest.SpiedFunction<Logger['warn']>;
  beforeEach(() => {
    jest.useFakeTimers();
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('gives each login its result, in order, and the look-up the logins, the clock and a signal', async () => {
    const { runner, logins, notes, lease, added } = make();
    const lookUp = jest.fn(cities);
    await runner.run(lookup(lookUp), logins, CONTEXT, lease.signal);
    expect(lookUp.mock.calls).toEqual([[logins, { now: 7, signal: expect.any(AbortSignal) }]]);
    expect(added()).toEqual(ANSWERS);
    expect([notes.attempts, notes.failures, warn.mock.calls]).toEqual([['CityLookup'], [], []]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not ask about an empty batch', async () => {
    const lookUp = jest.fn(cities);
    const { runner, lease } = make();
    await runner.run(lookup(lookUp), [], CONTEXT, lease.signal);
    expect(lookUp).not.toHaveBeenCalled();
  });

  it.each<[string, LookUp, string]>([
    ['throws', async () => Promise.reject(new TypeError('203.0.113.7 is unknown')), 'error'],
    ['throws at once', () => { throw new Error('no'); }, 'error'], // prettier-ignore
    ['answers with too few results', async () => [{ city: 'a', zone: 'z' }], 'shape'],
    ['answers with no list', async () => ({ length: 2 }) as unknown as object[], 'shape'],
    ['leaves a field out', async (logins) => logins.map(() => ({ city: 'a' })), 'shape'],
    ['gives a field no value', async (logins) => logins.map(() => ({ city: undefined, zone: 'z' })), 'shape'],
    ['adds a field', async (logins) => logins.map(() => ({ city: 'a', zone: 'z', user_id: 'x' })), 'shape'],
    ['has a getter that throws', async (logins) => logins.map(() => ({ city: 'a', get zone() { throw new Error('secret'); } })), 'shape'], // prettier-ignore
    ['answers with a proxy that throws', async () => new Proxy([], { get() { throw new Error('secret'); } }), 'error'], // prettier-ignore
    [
      'gives what JSON has nothing for',
      async (logins) => logins.map(() => ({ city: NaN, zone: 'z' })),
      'shape',
    ],
    ['rejects with no error', () => Promise.reject(new Proxy({}, { get() { throw new Error('secret'); } })), 'error'], // prettier-ignore
    ['answers with null', async (logins) => logins.map(() => null as unknown as object), 'shape'],
    ['is wrong in its last result', async () => [{ city: 'a', zone: 'z' }, { city: 'a' }], 'shape'],
  ])('gives every login the default values when it %s', async (_, lookUp, reason) => {
    const { runner, logins, notes, lease, added } = make();
    await runner.run(lookup(lookUp), logins, CONTEXT, lease.signal);
    expect(added()).toEqual(DEFAULTS);
    expect(notes.failures).toEqual([`CityLookup ${reason}`]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0])).not.toContain('203.0.113.7');
  });

  it('waits as long as it may take, tells the look-up that the time is up, and drops what comes later', async () => {
    const { runner, logins, notes, lease, added } = make();
    let answer!: (results: object[]) => void;
    let signal!: AbortSignal;
    const lookUp: LookUp = (_, context: LookupContext) => {
      signal = context.signal;
      return new Promise((resolve) => (answer = resolve));
    };
    const done = runner.run(lookup(lookUp), logins, CONTEXT, lease.signal);
    await jest.advanceTimersByTimeAsync(999);
    expect([signal.aborted, added()]).toEqual([false, [{}, {}]]);
    await jest.advanceTimersByTimeAsync(1);
    await done;
    expect(signal.aborted).toBe(true);
    answer(ANSWERS);
    await jest.advanceTimersByTimeAsync(10);
    expect([added(), notes.failures]).toEqual([DEFAULTS, ['CityLookup timeout']]);
    expect(warn).toHaveBeenCalledWith(
      'CityLookup could not look up a batch: it took longer than 1000 ms; its logins get the default values',
    );
  });

  it('warns at most every ten seconds, and counts every failure', async () => {
    const { runner, logins, notes, lease } = make();
    const fails = lookup(() => Promise.reject(new Error('no')));
    const run = () => runner.run(fails, logins, CONTEXT, lease.signal);
    await run();
    await run();
    await jest.advanceTimersByTimeAsync(9_999);
    await run();
    expect(warn).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    await run();
    expect([warn.mock.calls.length, notes.failures.length]).toEqual([2, 4]);
  });

  it('tries again with growing pauses where it is to wait, until it works', async () => {
    const { runner, logins, notes, lease, added } = make();
    let failures = 6;
    const started: number[] = [];
    const lookUp: LookUp = async (...args) => {
      started.push(Date.now());
      if (failures-- > 0) throw new Error('no');
      return cities(...args);
    };
    const done = runner.run(lookup(lookUp, WAIT), logins, CONTEXT, lease.signal);
    await jest.advanceTimersByTimeAsync(20_000);
    await done;
    expect([added(), notes.failures.length, started.length]).toEqual([ANSWERS, 6, 7]);
    const pauses = started.slice(1).map((at, index) => at - started[index]);
    pauses.forEach((pause, index) => {
      const most = Math.min(100 * 2 ** index, 5_000);
      expect([pause >= Math.floor(most / 2), pause <= most + 1]).toEqual([true, true]);
    });
  });

  it.each([
    ['while it is asked', never, 0],
    ['during a pause', () => Promise.reject(new Error('no')), 20],
  ])('gives up when its batch is given up %s, and writes nothing', async (_, lookUp: LookUp, after) => {
    const { runner, logins, lease, added } = make();
    const done = runner
      .run(lookup(lookUp, WAIT), logins, CONTEXT, lease.signal)
      .catch((error: Error) => error);
    await jest.advanceTimersByTimeAsync(after);
    lease.abort(new Error('The lease has ended'));
    expect(await done).toEqual(new Error('The lease has ended'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(added()).toEqual([{}, {}]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not ask at all for a batch that was given up', async () => {
    const { runner, logins, lease } = make();
    lease.abort(new Error('The lease has ended'));
    const lookUp = jest.fn(cities);
    await expect(runner.run(lookup(lookUp), logins, CONTEXT, lease.signal)).rejects.toThrow(
      'The lease has ended',
    );
    expect(lookUp).not.toHaveBeenCalled();
  });
});
