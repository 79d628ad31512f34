import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { decisionsOf, differences } from './decisions.js';

describe('decisionsOf', () => {
  it.each([
    { DEVICE_TYPES: 'android' },
    { MAX_JSON_DEPTH: '7' },
    { MAX_USERS: '5' },
    { SUMMARY_EVERY_MESSAGES: '10' },
  ])('changes with what decides outcomes and counts: %o', (env) => {
    const [name] = Object.keys(env);
    const before = JSON.stringify(decisionsOf(testSettings()));
    const now = decisionsOf(testSettings(env));
    const changed = differences(before, now);
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatch(new RegExp(`^${name} \\(was .+\\)$`));
  });

  it.each([{ KAFKA_BROKERS: 'other:9092' }, { LOG_LEVEL: 'debug' }, { CHECKPOINT_EVERY_SECONDS: '7' }])(
    'does not change with anything else: %o',
    (env) => {
      expect(decisionsOf(testSettings(env))).toEqual(decisionsOf(testSettings()));
    },
  );
});

describe('differences', () => {
  it('says the former value, that there was none, or that it was off', () => {
    const before = JSON.stringify({ SAME: '1', CHANGED: 'old', OFF: '', GONE: 'x' });
    expect(differences(before, { SAME: '1', CHANGED: 'new', OFF: 'on', FRESH: 'y' })).toEqual([
      'CHANGED (was old)',
      'OFF (was off)',
      'GONE (was x)',
      'FRESH (was not known)',
    ]);
  });
});
