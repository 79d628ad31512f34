import type { ChaosCase } from '../case.js';

const SOME = 60;
/** A summary by time falls into it, and a checkpoint after that. */
const AWAY_MS = 3_500;

export const summaryCases: readonly ChaosCase[] = [
  {
    name: 'summary-unwritten',
    title: 'kill -9 while a summary cannot be written',
    does: 'When everything has its outcome the broker freezes, before the next summary by time. That one is taken, and a checkpoint is written, but the summary cannot be. Then the process is killed with `kill -9`.',
    right:
      'What was in no summary yet is in the next one: windows follow each other, and add up to the totals.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '1' },
    deadlineSeconds: ({ rounds }) => 120 + rounds * 40,
    play: async (stage, { rounds }) => {
      for (let round = 0; round < rounds; round++) {
        const service = await stage.fleet.start();
        await stage.feed(SOME);
        await stage.progress.settled();
        stage.broker.signal('SIGSTOP');
        await stage.progress.pause(AWAY_MS + stage.random.below(1_000));
        await stage.fleet.kill(service);
        stage.broker.signal('SIGCONT');
        stage.faults += 2;
      }
      await stage.fleet.start();
    },
  },
];
