import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const SESSION_MS = 6_000;

/** Lets the service work, does harm to the broker, and again; ends when the service is ready and goes on. */
async function harm(stage: Stage, faults: number, fault: () => Promise<void>): Promise<void> {
  const service = await stage.fleet.start();
  const stopFeeding = stage.feeding(RATE);
  for (let done = 0; done < faults; done++) {
    await stage.progress.of(stage.random.between(1, 300));
    await stage.progress.pause(stage.random.below(300));
    await fault();
    stage.faults++;
    await stage.fleet.untilReady(service);
  }
  await stopFeeding();
  await stage.fleet.untilReady(service);
}

const deadlineSeconds = ({ brokerFaults }: { brokerFaults: number }) => 120 + brokerFaults * 60;

export const brokerCases: readonly ChaosCase[] = [
  {
    name: 'broker-kill-9',
    title: 'broker killed with -9',
    does: 'The broker is killed with `kill -9` under load, stays away for a moment, and starts again with what it had.',
    right: 'The service waits, says so, and goes on by itself. Nobody has to start it again.',
    profile: 'standard',
    short: true,
    deadlineSeconds,
    play: (stage, { brokerFaults }) =>
      harm(stage, brokerFaults, async () => {
        await stage.broker.end('SIGKILL');
        await stage.progress.pause(stage.random.below(3_000));
        await stage.broker.startAgain();
      }),
  },
  {
    name: 'broker-restart',
    title: 'broker restarted',
    does: 'The broker is stopped in order under load, and starts again.',
    right: 'The same.',
    profile: 'standard',
    deadlineSeconds,
    play: (stage, { brokerFaults }) =>
      harm(stage, brokerFaults, async () => {
        await stage.broker.end('SIGTERM');
        await stage.broker.startAgain();
      }),
  },
  {
    name: 'broker-freeze',
    title: 'broker frozen',
    does: 'The broker is frozen for longer than a session: connections stay open, and nobody answers.',
    right: 'The same.',
    profile: 'standard',
    deadlineSeconds,
    play: (stage, { brokerFaults }) =>
      harm(stage, brokerFaults, async () => {
        stage.broker.signal('SIGSTOP');
        await stage.progress.pause(SESSION_MS + stage.random.between(500, 8_000));
        stage.broker.signal('SIGCONT');
      }),
  },
];
