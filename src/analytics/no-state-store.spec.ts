import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EX_CONFIG, InvalidSettingsError } from '../config/invalid-settings.error.js';
import { aLogin } from '../pipeline/testing.js';
import { NoStateStore } from './no-state-store.js';
import type { StatePlan } from './state-plan.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

const storeFor = (reasons: string[]) => new NoStateStore({ reasons } as unknown as StatePlan);

describe(NoStateStore.name, () => {
  it('stops the start with a phrase for everything that cannot be without state', () => {
    expect(EX_CONFIG).toBe(78);
    expect(() =>
      storeFor(['the output has "session_id"', 'X remembers users or devices']).onModuleInit(),
    ).toThrow(
      new InvalidSettingsError([
        'STATE_STORE must not be none: the output has "session_id"',
        'STATE_STORE must not be none: X remembers users or devices',
      ]),
    );
  });

  it('remembers nothing and counts nothing where nothing has to be', async () => {
    const store = storeFor([]);
    store.onModuleInit();
    const login = aLogin();
    const outcomes = [login, login];
    const position = { topic: 'in', partition: 0, offsets: { first: 0, end: 2 }, claimed: null, now: 1 };
    expect(await store.apply(position, outcomes)).toEqual([]);
    store.resumeSequence();
    expect([outcomes, await store.takeSummary()]).toEqual([[aLogin(), aLogin()], null]);
    expect(store.figures.rows).toEqual({ users: 0, devices: 0, duplicates: 0 });
  });
});
