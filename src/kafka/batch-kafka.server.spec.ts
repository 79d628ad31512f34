import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { BatchKafkaServer, INPUT_PATTERN } from './batch-kafka.server.js';
import { ConsumerHealth } from './consumer-health.js';
import type { KafkaBatchContext } from './kafka-batch-context.js';
import { PartitionPauses } from './partition-pauses.js';

/** The parts that a broker makes hard to reach; kafkajs's consumer is not involved. */
interface Internals extends Pick<BatchKafkaServer, 'addHandler'> {
  epoch: number;
  readonly health: ConsumerHealth;
  handleBatch(payload: object): Promise<void>;
}

function aServer(owned = [3], pauses = new PartitionPauses(), change = {}): Internals {
  const { kafka, topic, delivery, state } = testSettings();
  const health = new ConsumerHealth();
  health.joined(owned);
  const server = new BatchKafkaServer(
    {} as never,
    kafka,
    topic,
    delivery,
    { ...state, ...change },
    {} as never,
    health,
    pauses,
  );
  return server as unknown as Internals;
}

const payload = (resolved: string[]) => ({
  batch: {
    topic: 'user-login',
    partition: 3,
    highWatermark: '20',
    messages: [{ offset: '7' }, { offset: '9' }],
    lastOffset: () => '11',
  },
  resolveOffset: (offset: string) => resolved.push(offset),
  pause: () => () => undefined,
  isRunning: () => true,
  heartbeat: async () => undefined,
});

describe('BatchKafkaServer', () => {
  it.each([
    ['another pattern', 'user-logout', true],
    ['a message that wants an answer', INPUT_PATTERN, false],
  ])('refuses a handler of %s', (_, pattern, isEvent) => {
    expect(() => aServer().addHandler(pattern, async () => undefined, isEvent)).toThrow('No topic feeds');
  });

  it('leaves a batch alone that was fetched before a join took its partition away', async () => {
    const resolved: string[] = [];
    const server = aServer([0, 1]);
    server.addHandler(INPUT_PATTERN, () => Promise.reject(new Error('handled')), true);
    await server.handleBatch(payload(resolved));
    expect(resolved).toEqual([]);
  });

  it('refuses a second handler', () => {
    const server = aServer();
    server.addHandler(INPUT_PATTERN, async () => undefined, true);
    expect(() => server.addHandler(INPUT_PATTERN, async () => undefined, true)).toThrow('exactly one');
  });

  it('hands a batch over as it is, with what is known of it, and resolves its last record', async () => {
    const server = aServer();
    const resolved: string[] = [];
    let seen: unknown;
    server.addHandler(
      INPUT_PATTERN,
      async (batch, context: KafkaBatchContext) => {
        seen = [batch, context.getTopic(), context.getPartition(), context.endOffset, context.highWatermark];
      },
      true,
    );
    const given = payload(resolved);
    await server.handleBatch(given);
    const batch = { topic: 'user-login', partition: 3, records: given.batch.messages };
    expect(seen).toEqual([batch, 'user-login', 3, 12, 20]);
    expect(resolved).toEqual(['9']);
  });

  it('resolves nothing of a batch that failed, or that another membership has overtaken', async () => {
    const resolved: string[] = [];
    const failing = aServer();
    failing.addHandler(INPUT_PATTERN, () => Promise.reject(new Error('lost')), true);
    await expect(failing.handleBatch(payload(resolved))).rejects.toThrow('lost');
    const overtaken = aServer();
    overtaken.addHandler(INPUT_PATTERN, async () => void overtaken.epoch++, true);
    await overtaken.handleBatch(payload(resolved));
    expect(resolved).toEqual([]);
  });

  it.each([
    ['redis', 'ends'],
    ['embedded', 'goes on with'],
  ] as const)(
    'with STATE_STORE=%s %s a batch that was fetched before the last join',
    async (stateStore, what) => {
      const server = aServer([3], new PartitionPauses(), { stateStore });
      const beats: Promise<void>[] = [];
      server.addHandler(
        INPUT_PATTERN,
        async (_, context: KafkaBatchContext) => {
          await context.heartbeat();
          server.epoch++;
          beats.push(context.heartbeat());
          await Promise.allSettled(beats);
        },
        true,
      );
      await server.handleBatch(payload([]));
      if (what === 'goes on with') await beats[0];
      else await expect(beats[0]).rejects.toThrow('user-login-3: the group has been joined again');
    },
  );

  it('resolves nothing of a batch that was held back, and says from where', async () => {
    const resolved: string[] = [];
    const pauses = new PartitionPauses();
    const server = aServer([3], pauses);
    const { health } = server;
    server.addHandler(INPUT_PATTERN, async (_, context: KafkaBatchContext) => context.pause(8), true);
    await server.handleBatch(payload(resolved));
    expect(resolved).toEqual([]);
    expect([...pauses.partitions]).toEqual([3]);
    expect(health.partitions.get(3)).toEqual({ position: 8, highWatermark: 20 });
  });
});
