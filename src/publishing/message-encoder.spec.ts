import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { Rejected } from '../pipeline/outcome.js';
import { aLogin, aRawRecord } from '../pipeline/testing.js';
import type { MessageRecord } from '../profiles/profile.js';
import { MessageEncoder } from './message-encoder.js';

const encoder = (messages: readonly MessageRecord[], env: Record<string, string> = {}) =>
  new MessageEncoder({ messages }, testSettings(env).topic);
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
});
