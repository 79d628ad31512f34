import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const SOME = 600;

async function deleteTopic(stage: Stage, topic: string): Promise<void> {
  await stage.admin((admin) => admin.deleteTopics({ topics: [topic] }));
  await stage.progress.until('the topic to be gone', () =>
    stage.admin(async (admin) => !(await admin.listTopics()).includes(topic)),
  );
  stage.faults++;
}

async function deleteRecords(stage: Stage, partition: number, offset: number): Promise<void> {
  const topic = stage.settings.INPUT_TOPIC;
  await stage.admin(async (admin) => {
    await admin.fetchTopicOffsets(topic); // loads the metadata that the next call takes for granted
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] });
  });
  stage.faults++;
}

export const topicCases: readonly ChaosCase[] = [
  {
    name: 'partitions-added',
    title: 'partitions added under load',
    does: 'The input topic gets two more partitions while messages arrive; soon the new ones have messages, too.',
    right: 'The new partitions are read from their beginning, without a restart.',
    profile: 'standard',
    deadlineSeconds: () => 240,
    play: async (stage) => {
      await stage.fleet.start();
      let stopFeeding = stage.feeding(RATE);
      await stage.progress.of(SOME);
      await stopFeeding();
      await stage.addPartitions(2);
      stage.faults++;
      stopFeeding = stage.feeding(RATE);
      await stage.progress.of(SOME);
      await stopFeeding();
    },
  },
  {
    name: 'output-made-again',
    title: 'output topic deleted while it runs',
    does: 'The output topic is deleted while nothing is on its way; then messages arrive again.',
    right:
      'The service makes it again, and no outcome of what follows is missing. What was in the topic is gone.',
    profile: 'standard',
    deadlineSeconds: () => 240,
    play: async (stage) => {
      await stage.fleet.start();
      await stage.feed(SOME);
      await stage.progress.settled();
      await stage.records.keepOutput();
      await deleteTopic(stage, stage.settings.OUTPUT_TOPIC);
      await stage.feed(SOME);
    },
  },
  {
    name: 'input-made-again',
    title: 'input topic deleted and made again while it runs',
    does: 'When everything has its outcome, the input topic is deleted and made again, and messages arrive at offsets that there were before: first fewer, then more.',
    right:
      'The new records are read from the first one on, none is taken for one that was read before, and the totals go on.',
    profile: 'standard',
    deadlineSeconds: () => 300,
    play: async (stage, { rounds }) => {
      await stage.fleet.start();
      for (let round = 0; round < Math.ceil(rounds / 2); round++) {
        await stage.feed(SOME);
        await stage.progress.settled();
        await stage.log.read();
        await deleteTopic(stage, stage.settings.INPUT_TOPIC);
        await stage.makeInputAgain();
        await stage.feed(SOME / 4);
        await stage.progress.settled();
        await stage.feed(SOME * 2);
        await stage.progress.settled();
      }
    },
  },
  {
    name: 'log-start',
    title: 'records deleted below and above the committed offset',
    does: 'Records that have their outcome are deleted while the service runs. Then it is stopped, messages arrive, and the first of them are deleted before it starts again.',
    right:
      'The first has no effect. After the second the service goes on with the first record that is there; those that nobody could read have no outcome, and nothing else is missing.',
    profile: 'standard',
    settings: { STATE_RECOVERY: 'lenient' },
    deadlineSeconds: () => 240,
    play: async (stage) => {
      const service = await stage.fleet.start();
      await stage.feed(SOME);
      await stage.progress.settled();
      await stage.log.read();
      for (const [partition, offset] of (await stage.progress.committed()).entries())
        await deleteRecords(stage, partition, stage.random.between(1, offset));
      await stage.feed(SOME);
      await stage.progress.settled();
      const code = await stage.fleet.stop(service);
      if (code !== 0) stage.complaints.push(`SIGTERM ended the process with ${code}`);
      await stage.feed(SOME);
      await stage.log.read();
      for (const [partition, committed] of (await stage.progress.committed()).entries()) {
        const first = committed + stage.random.between(1, 60);
        await deleteRecords(stage, partition, first);
        stage.log.neverRead(partition, committed, first);
      }
      await stage.fleet.start();
    },
  },
];
