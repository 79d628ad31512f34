import { ApiKey } from '../../support/fault-proxy.js';
import type { KafkaRequest } from '../../support/fault-proxy.js';
import { kafkaAt } from '../../support/kafka.js';
import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 200;
const MEMBERS_EACH_ROUND = 5;
const HELD_FOR_MS = 9_000;

/** Joins the group as any client might, reads what it is given, commits nothing, and leaves. */
async function passThrough(stage: Stage): Promise<void> {
  const { KAFKA_GROUP_ID, INPUT_TOPIC } = stage.settings;
  const consumer = kafkaAt(stage.broker.address).consumer({
    groupId: KAFKA_GROUP_ID,
    sessionTimeout: 6_000,
    rebalanceTimeout: 30_000,
  });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [INPUT_TOPIC] });
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.run({ autoCommit: false, eachBatch: async () => undefined });
    await joined;
    await stage.progress.pause(stage.random.between(100, 1_000));
  } finally {
    await consumer.disconnect();
  }
}

/** Holds requests back on their way to the broker, from the first one on that belongs to a transaction of the group. */
function hold(stage: Stage, apiKey: number): { reached: Promise<void>; letGo: () => void } {
  let letGo = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let stop = () => undefined as void;
  const reached = new Promise<void>((resolve) => {
    stop = stage.broker.proxy.onRequest(apiKey, ({ frame }: KafkaRequest) => {
      if (!frame.includes(`${stage.settings.KAFKA_GROUP_ID}-`)) return;
      resolve();
      return gate;
    });
  });
  return {
    reached,
    letGo: () => {
      stop();
      letGo();
    },
  };
}

/**
 * The end of a transaction is under way while another process joins and takes partitions over. It arrives at the broker before the
 * new owner's fence, or after it.
 */
async function commitLate(stage: Stage, beforeFence: boolean): Promise<ServiceProcess> {
  const end = hold(stage, ApiKey.EndTxn);
  await end.reached;
  const fence = beforeFence ? hold(stage, ApiKey.InitProducerId) : null;
  const heir = stage.fleet.spawn();
  const late = stage.progress.pause(HELD_FOR_MS);
  if (fence) {
    const isHeld = await Promise.race([fence.reached.then(() => true), late.then(() => false)]);
    if (isHeld) stage.faults++;
    end.letGo();
    await stage.progress.pause(300);
    fence.letGo();
  } else {
    await Promise.race([stage.fleet.untilReady(heir), late]);
    stage.faults++;
    end.letGo();
  }
  await stage.fleet.untilReady(heir);
  return heir;
}

export const rebalanceCases: readonly ChaosCase[] = [
  {
    name: 'late-commit',
    title: "an old owner's commit during a rebalance",
    does: 'The end of a transaction is held back on its way to the broker while another process joins the group and takes partitions over; it arrives just before the fence of the new owner, or after it.',
    right:
      'If it arrives before, the new owner starts behind it; if after, it is refused, and the records never become visible.',
    profile: 'basic',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 60,
    play: async (stage, { rounds }) => {
      let owner = await stage.fleet.start();
      const stopFeeding = stage.feeding(RATE);
      for (let round = 0; round < rounds; round++) {
        const heir = await commitLate(stage, round % 2 === 0);
        await stage.progress.of(stage.random.between(1, 200));
        await stage.fleet.stop(owner);
        owner = heir;
      }
      await stopFeeding();
    },
  },
  {
    name: 'rebalance-storm',
    title: 'rebalance storm',
    does: 'Other members join the group and leave it, every second, so that partitions go from one owner to the next all the time.',
    right: 'Each input has its outcome once, and when the storm is over the service goes on.',
    profile: 'basic',
    deadlineSeconds: ({ rounds }) => 180 + rounds * MEMBERS_EACH_ROUND * 10,
    play: async (stage, { rounds }) => {
      await stage.fleet.startSome(2);
      const stopFeeding = stage.feeding(RATE);
      for (let member = 0; member < rounds * MEMBERS_EACH_ROUND; member++) {
        await passThrough(stage);
        stage.faults += 2;
      }
      await stopFeeding();
    },
  },
];
