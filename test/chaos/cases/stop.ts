import type { ChaosCase } from '../case.js';

const RATE = 400;

export const stopCases: readonly ChaosCase[] = [
  {
    name: 'sigterm',
    title: 'SIGTERM under load',
    does: 'One process is stopped with SIGTERM under load, again and again, some of them before they are ready.',
    right:
      'Every process ends with code 0 in time, and the next one goes on where it stood: totals, windows and sequence of the summaries, too.',
    profile: 'standard',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 30,
    play: async (stage, { rounds }) => {
      const stopFeeding = stage.feeding(RATE);
      for (let round = 0; round < rounds; round++) {
        const service = stage.fleet.spawn();
        if (round % 3 === 2) await stage.progress.pause(stage.random.between(1_000, 4_000));
        else {
          await stage.fleet.untilReady(service);
          await stage.progress.of(stage.random.between(1, 400));
        }
        const code = await stage.fleet.stop(service);
        stage.faults++;
        if (code !== 0) stage.complaints.push(`SIGTERM ended a process with ${code}, not with 0`);
      }
      await stopFeeding();
      await stage.fleet.start();
    },
  },
];
