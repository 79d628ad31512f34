import type { ChaosCase } from '../case.js';

const RATE = 300;
const SESSION_MS = 6_000;
const TAKEN_OVER_MS = 20_000;

export const standbyCases: readonly ChaosCase[] = [
  {
    name: 'standby',
    title: 'a second process with the same state',
    does: 'A second process with the same `STATE_DIR` is there from the beginning. The first is frozen for longer than its session, and goes on; then it is killed with `kill -9`, and a new second one comes.',
    right:
      'The second one waits outside the group as long as the first one lives, also while it is frozen, and takes over within seconds when it is dead.',
    profile: 'standard',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 60,
    play: async (stage, { rounds }) => {
      let owner = await stage.fleet.start();
      const stopFeeding = stage.feeding(RATE);
      for (let round = 0; round < rounds; round++) {
        const standby = stage.fleet.spawn();
        await stage.progress.until(
          'the second one to answer',
          async () => (await standby.get('/health/live'))?.ok,
        );
        owner.kill('SIGSTOP');
        await stage.progress.pause(SESSION_MS + 2_000);
        if ((await standby.get('/health/ready'))?.status !== 503)
          stage.complaints.push('the second one did not wait for a first one that was frozen');
        owner.kill('SIGCONT');
        stage.faults++;
        await stage.progress.of(stage.random.between(1, 300));
        await stage.fleet.kill(owner);
        stage.faults++;
        await stage.fleet.untilReady(standby, TAKEN_OVER_MS);
        owner = standby;
      }
      await stopFeeding();
    },
  },
];
