import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Patience } from '../../src/kafka/patience.js';
import { followTopic } from '../../src/kafka/topic-follower.js';
import type { FollowOptions } from '../../src/kafka/topic-follower.js';
import { createTopic, kafkaAt, produce, sharedBroker, uniqueName, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { ProxiedBroker } from './proxied-broker.js';

describe('following a topic', () => {
  let topic: string;
  let over: AbortController;
  let seen: string[];
  let gaps: [partition: number, from: number, to: number][];
  let following: Promise<void> | undefined;

  beforeEach(() => {
    topic = uniqueName('topic');
    over = new AbortController();
    seen = [];
    gaps = [];
    following = undefined;
  });
  afterEach(async () => {
    over.abort();
    await following;
  });

  function follow(options: Partial<FollowOptions> = {}, broker = sharedBroker()): Promise<void> {
    return (following = followTopic(kafkaAt(broker), topic, {
      from: 'beginning',
      signal: over.signal,
      patience: new Patience({ limitMs: 60_000, signal: over.signal, onWait: () => undefined }),
      onRecords: async (records) => {
        seen.push(...records.map(({ value }) => String(value)));
        return true;
      },
      onGap: (...gap) => gaps.push(gap),
      ...options,
    }));
  }

  const send = (values: readonly string[], partition = 0, broker = sharedBroker()) =>
    produce(
      broker,
      topic,
      values.map((value) => ({ value, partition })),
    );
  const untilSeen = (value: string) => waitFor(value, () => seen.includes(value));

  it('gives what is there, and what comes, of every partition', async () => {
    await createTopic(sharedBroker(), topic, 3);
    await send(['a', 'b'], 0);
    await send(['c'], 2);
    void follow();
    await waitFor('what is there', () => seen.length === 3);
    await send(['d'], 1);
    await untilSeen('d');
    expect([...seen].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives only what comes, from the end', async () => {
    await createTopic(sharedBroker(), topic, 1);
    await send(['before']);
    void follow({ from: 'end' });
    await waitFor('something new', async () => {
      await send(['after']);
      return seen.length > 0;
    });
    expect(new Set(seen)).toEqual(new Set(['after']));
  });

  it('includes partitions that are added', async () => {
    await createTopic(sharedBroker(), topic, 1);
    void follow({ metadataAgeMs: 200 });
    await send(['a']);
    await untilSeen('a');
    await withAdmin(sharedBroker(), (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 2 }] }),
    );
    await waitFor('the new partition', () =>
      send(['b'], 1).then(
        () => true,
        () => false,
      ),
    );
    await untilSeen('b');
    expect(seen[0]).toBe('a');
  });

  it('ends, up to the end, behind the transaction that is open there, and leaves aborted records out', async () => {
    await createTopic(sharedBroker(), topic, 2);
    const producer = kafkaAt(sharedBroker()).producer({ transactionalId: topic, idempotent: true });
    await producer.connect();
    for (const [value, end] of [
      ['kept', 'commit'],
      ['aborted', 'abort'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value, partition: 0 }] });
      await transaction[end]();
    }
    const open = await producer.transaction();
    await open.send({ topic, messages: [{ value: 'open', partition: 0 }] });
    let ended = false;
    const reading = follow({ toEnd: true }).finally(() => (ended = true));
    await untilSeen('kept');
    expect(ended).toBe(false);
    await open.commit();
    await reading;
    expect(seen).toEqual(['kept', 'open']);
    seen.length = 0;
    await follow({ toEnd: true, uncommitted: true });
    expect(seen).toEqual(['kept', 'aborted', 'open']);
    await producer.disconnect();
  });

  it('ends up to the end of a topic that is empty', async () => {
    await createTopic(sharedBroker(), topic, 2);
    await follow({ toEnd: true });
    expect(seen).toEqual([]);
  });

  it('goes on behind records that were deleted before it came to them, and says so', async () => {
    await createTopic(sharedBroker(), topic, 1);
    await send(['a']);
    let first = true;
    void follow({
      onRecords: async (records) => {
        seen.push(...records.map(({ value }) => String(value)));
        if (first) {
          first = false;
          await send(['b', 'c', 'd']);
          await withAdmin(sharedBroker(), async (admin) => {
            await admin.fetchTopicOffsets(topic); // or it does not know the topic's leaders
            await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '3' }] });
          });
        }
        return true;
      },
    });
    await untilSeen('d');
    expect(seen).toEqual(['a', 'd']);
    expect(gaps).toEqual([[0, 1, 3]]);
  });

  it('ends when it is told that this is enough', async () => {
    await createTopic(sharedBroker(), topic, 1);
    await send(['a', 'b']);
    await follow({
      onRecords: async (records) => {
        seen.push(String(records[0].value));
        return false;
      },
    });
    expect(seen).toEqual(['a']);
  });

  it('fails with what its caller fails with, at once', async () => {
    await createTopic(sharedBroker(), topic, 1);
    await send(['a']);
    await expect(
      follow({ onRecords: async () => Promise.reject(new Error('The disk is full')) }),
    ).rejects.toThrow('The disk is full');
    following = undefined;
  });

  it('loses and repeats nothing over lost connections', async () => {
    const own = await ProxiedBroker.start();
    try {
      await createTopic(own.address, topic, 1);
      void follow({}, own.address);
      for (let round = 0; round < 3; round++) {
        await send([`${round}`, `${round} again`], 0, own.address);
        await untilSeen(`${round}`);
        own.proxy.reset();
      }
      await send(['last'], 0, own.address);
      await untilSeen('last');
      expect(seen).toEqual(['0', '0 again', '1', '1 again', '2', '2 again', 'last']);
      over.abort();
      await following;
    } finally {
      await own.stop();
    }
  });
});
