import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
import { aLogin, aRawRecord, LOGIN_FIELDS } from '../pipeline/testing.js';
import { compileMessage } from './message-writer.js';

const NOW = 1_711_302_640_250;
const message = (outcome: Login | Rejected, processed: string | null = null) => ({
  outcome,
  processed,
  topic: 'out',
  now: NOW,
  processingTime: 0.0184,
  concealDevice: (id: string) => id,
});
const broken = (content: unknown, ...fields: string[]) =>
  new Rejected(
    aRawRecord(),
    'invalid_fields',
    fields.map((field) => ({ field, rule: 'broken', message: `${field} is broken.` })),
    content,
  );
const written = (fact: string, outcome: Login | Rejected, processed?: string) =>
  JSON.parse(compileMessage(fact)(message(outcome, processed))) as unknown;

describe(compileMessage.name, () => {
  it('writes the tree with every leaf replaced by its fact, names escaped', () => {
    const write = compileMessage({ 'a"b': [{ id: 'user_id' }, 'outcome_topic'], empty: {}, none: [] });
    expect(JSON.parse(write(message(aLogin())))).toEqual({
      'a"b': [{ id: LOGIN_FIELDS.user_id }, 'out'],
      empty: {},
      none: [],
    });
  });

  it('says of a login what was received, and how long ago the event was', () => {
    const login = aLogin({ timestamp: '1711302636' });
    expect(written('timestamp', login)).toBe('1711302636');
    expect(written('seconds_since_event', login)).toBe(4.25);
    expect(written('written_at', login)).toBe(NOW / 1000);
    expect(written('processing_time', login)).toBe(0.0184);
    expect(written('device_id', login)).toBe(LOGIN_FIELDS.device_id);
    expect(written('error', login)).toBeNull();
    expect(written('processed_record', login)).toBeNull();
    expect(written('processed_record', login, '{"a":1}')).toEqual({ a: 1 });
  });

  it('says of an error its reasons and what of it can be used', () => {
    const content = { user_id: 'u', device_id: 7, timestamp: 1711302636 };
    const outcome = broken(content, 'device_id', 'locale');
    expect(written('error', outcome)).toBe('device_id is broken. locale is broken.');
    expect(written('user_id', outcome)).toBe('u');
    expect(written('device_id', outcome)).toBeNull();
    expect(written('timestamp', outcome)).toBe(1711302636);
    expect(written('seconds_since_event', outcome)).toBe(4.25);
  });

  it.each([
    ['no object', 'some text'],
    ['no such fields', {}],
    ['a blank user and a time that is a list', { user_id: ' ', timestamp: [1] }],
    ['a time that is a long text', { timestamp: '1'.repeat(65) }],
    ['a time that JSON has no number for', { timestamp: Infinity }],
  ])('has nothing to say of %s', (_, content) => {
    const outcome = broken(content, 'locale');
    expect(written('user_id', outcome)).toBeNull();
    expect(written('user_id_or_unknown', outcome)).toBe('Unknown');
    expect(written('timestamp', outcome)).toBeNull();
    expect(written('seconds_since_event', outcome)).toBeNull();
  });

  it.each(['yesterday', '', ' ', '0x10', '1e3', -5, 0, 1.5])(
    'repeats the broken time %j, but does not reckon with it, whether or not anybody has looked at it',
    (timestamp) => {
      for (const outcome of [broken({ timestamp }, 'timestamp'), broken({ timestamp }, 'ip')]) {
        expect(written('timestamp', outcome)).toBe(timestamp);
        expect(written('seconds_since_event', outcome)).toBeNull();
      }
    },
  );

  it('refuses a leaf that is no fact', () => {
    expect(() => compileMessage({ a: ['user'] })).toThrow('has "user", which is no fact of a message');
  });
});
