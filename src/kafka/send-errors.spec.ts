import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { KafkaJSProtocolError } from './kafkajs.js';
import { Backoff, isFenced, isMembershipLost, isTooLarge, rejoin } from './send-errors.js';

const { isRebalancing } = createRequire(import.meta.url)('kafkajs/src/errors') as {
  isRebalancing(error: Error): boolean;
};

const withType = (type: string, cause?: Error) => Object.assign(new Error(type), { type, cause });

describe('isFenced', () => {
  it.each([
    'INVALID_PRODUCER_EPOCH',
    'INVALID_PRODUCER_ID_MAPPING',
    'TRANSACTION_COORDINATOR_FENCED',
    'PRODUCER_FENCED',
  ])('knows %s, also as the cause of a cause', (type) => {
    const fenced = withType(type);
    expect(isFenced(fenced)).toBe(true);
    expect(isFenced(new Error('retries exceeded', { cause: withType('X', fenced) }))).toBe(true);
  });

  it.each(['CONCURRENT_TRANSACTIONS', 'NOT_LEADER_FOR_PARTITION', 'REQUEST_TIMED_OUT'])(
    'is not %s',
    (type) => {
      expect(isFenced(withType(type))).toBe(false);
      expect(isFenced(new Error('no type'))).toBe(false);
      expect(isFenced(undefined)).toBe(false);
    },
  );
});

describe('rejoin', () => {
  it('makes an error that kafkajs answers by joining the group again', () => {
    const error = rejoin('someone else has it');
    expect(error).toBeInstanceOf(KafkaJSProtocolError);
    expect(isRebalancing(error)).toBe(true);
    expect(error.message).toBe('someone else has it');
  });
});

describe('Backoff', () => {
  it('doubles up to five seconds, with jitter', () => {
    const backoff = new Backoff();
    const waits = Array.from({ length: 12 }, () => backoff.next());
    waits.forEach((wait, attempt) => {
      const most = Math.min(100 * 2 ** attempt, 5_000);
      expect(wait).toBeGreaterThanOrEqual(most / 2);
      expect(wait).toBeLessThanOrEqual(most);
    });
  });

  it('tells a lost membership, and a record set that is too large, from other errors', () => {
    const of = (type: string) => Object.assign(new Error(type), { cause: { type } });
    expect(
      ['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'NOT_COORDINATOR_FOR_GROUP'].map((type) =>
        isMembershipLost(of(type)),
      ),
    ).toEqual([true, true, false]);
    expect(['MESSAGE_TOO_LARGE', 'ILLEGAL_GENERATION'].map((type) => isTooLarge(of(type)))).toEqual([
      true,
      false,
    ]);
    expect([null, new Error('x')].map(isTooLarge)).toEqual([false, false]);
  });

  it('speaks of what has lasted a second, and then keeps quiet for a while', () => {
    const backoff = new Backoff();
    const spoken = [0, 999, 1_000, 1_001, 10_999, 11_000, 12_000].filter((now) => backoff.speaks(now));
    expect(spoken).toEqual([1_000, 11_000]);
  });
});
