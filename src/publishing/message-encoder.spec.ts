import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { Rejected } from '../pipeline/outcome.js';
import { aLogin, aRawRecord } from '../pipeline/testing.js';
import type { MessageRecord } from '../profiles/profile.js';
import { MessageEncoder } from './message-encoder.js';

const encoder = (messages: readonly MessageRecord[], env: Record<string, string> = {}) => {
  const { topic, privacy } = testSettings({ DEVICE_PRIVACY: 'none', ...env });
  return new MessageEncoder({ messages }, topic, privacy);
};
const rejected = new Rejected(aRawRecord({ offset: '7', key: Buffer.from('k') }), 'not_json', [], null);

describe(MessageEncoder.name, () => {
  it('is on only where a profile has records for each message, and their topic is on', () => {
    const some: MessageRecord[] = [{ on: ['error'], value: 'error' }];
    expect(encoder([]).isOn).toBe(false);
    expect(encoder(some).isOn).toBe(true);
    expect(encoder(some, { METRICS_TOPIC: '' }).isOn).toBe(false);
  });

  it('makes a record of each kind that the outcome is named for, under the key of the outcome, in order', () => {
    const batch = encoder([
      { on: ['processed', 'filtered'], value: { to: 'outcome_topic' } },
      { on: ['processed'], value: ['processed_record'] },
      { on: ['error'], value: { to: 'outcome_topic', at: 'written_at' } },
    ]).batch(1_500, 0.5);
    const login = aLogin({ user_id: 'u' }, { offset: '5', key: Buffer.from('a') });
    batch.add('processed', login, '{"x":1}');
    batch.add('filtered', login, null);
    batch.add('error', rejected, null);
    expect(batch.records).toEqual([
      { key: 'u', value: '{"to":"processed-user-login"}', headers: undefined, sourceOffset: 5 },
      { key: 'u', value: '[{"x":1}]', headers: undefined, sourceOffset: 5 },
      { key: Buffer.from('a'), value: '{"to":"cleaned-data"}', headers: undefined, sourceOffset: 5 },
      {
        key: Buffer.from('k'),
        value: '{"to":"processed-errors","at":1.5}',
        headers: undefined,
        sourceOffset: 7,
      },
    ]);
  });

  it('says null for a topic that is off', () => {
    const batch = encoder([{ on: ['error'], value: 'outcome_topic' }], { ERROR_TOPIC: '' }).batch(0, 0);
    batch.add('error', rejected, null);
    expect(batch.records.map(({ value }) => value)).toEqual(['null']);
  });

  it('leaves out a key that is longer than such a record should be', () => {
    const batch = encoder([{ on: ['error'], value: 'error' }]).batch(0, 0);
    for (const length of [1_024, 1_025])
      batch.add('error', new Rejected(aRawRecord({ key: Buffer.alloc(length) }), 'not_json', [], null), null);
    expect(batch.records.map(({ key }) => key?.length)).toEqual([1_024, undefined]);
  });

  it('hides device ids as the setting says', () => {
    const messages: MessageRecord[] = [{ on: ['processed'], value: 'device_id' }];
    const written = (env: Record<string, string>) => {
      const batch = encoder(messages, env).batch(0, 0);
      batch.add('processed', aLogin({ device_id: 'd' }), null);
      return batch.records[0].value;
    };
    expect(written({})).toBe('"d"');
    expect(written({ DEVICE_PRIVACY: 'hash' })).toMatch(/^"[0-9a-f]{64}"$/);
    expect(written({ DEVICE_PRIVACY: 'hash', PRIVACY_KEY: 'k' })).not.toBe(
      written({ DEVICE_PRIVACY: 'hash' }),
    );
  });
});
