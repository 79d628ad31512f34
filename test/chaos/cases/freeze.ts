import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';
import { atSomeRequest } from './at-request.js';

const RATE = 200;
const SESSION_MS = 6_000;
/** Of the service's producers: the broker aborts what is open for longer. */
const TRANSACTION_MS = 30_000;
/** How often the broker looks for such transactions. */
const BROKER_LOOKS_MS = 10_000;

async function freezeOne(stage: Stage, rounds: number, milliseconds: () => number): Promise<void> {
  const service = await stage.fleet.start();
  const stopFeeding = stage.feeding(RATE);
  for (let round = 0; round < rounds; round++) {
    await stage.progress.of(stage.random.between(1, 300));
    await atSomeRequest(stage, () => service.kill('SIGSTOP'));
    stage.faults++;
    await stage.progress.pause(milliseconds());
    service.kill('SIGCONT');
  }
  await stopFeeding();
}

/** The others take over what it has; then it wakes up. */
export async function freezeAnyOfThree(stage: Stage, rounds: number): Promise<void> {
  const fleet = await stage.fleet.startSome(3);
  const stopFeeding = stage.feeding(RATE);
  for (let round = 0; round < rounds; round++) {
    await stage.progress.of(stage.random.between(1, 300));
    const zombie = stage.random.oneOf(fleet);
    zombie.kill('SIGSTOP');
    stage.faults++;
    await stage.progress.pause(SESSION_MS + stage.random.between(1_000, 3_000));
    await stage.progress.of(50);
    zombie.kill('SIGCONT');
  }
  await stopFeeding();
}

export const freezeCases: readonly ChaosCase[] = [
  {
    name: 'freeze-one',
    title: 'SIGSTOP beyond the session, one process',
    does: 'One process is frozen in mid-transaction for longer than its session, so that the group forgets it, and goes on.',
    right: 'It joins again, nothing is lost, and its totals go on.',
    profile: 'standard',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 40,
    play: (stage, { rounds }) =>
      freezeOne(stage, rounds, () => SESSION_MS + stage.random.between(500, 4_000)),
  },
  {
    name: 'freeze-three',
    title: 'SIGSTOP beyond the session, three processes without state',
    does: 'Any one of three processes is frozen for longer than its session; the others take its partitions over; then it wakes up in mid-transaction.',
    right: 'The zombie is fenced: what it had open never becomes visible, and it joins again.',
    profile: 'basic',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 40,
    play: (stage, { rounds }) => freezeAnyOfThree(stage, rounds),
  },
  {
    name: 'transaction-timeout',
    title: 'frozen beyond the transaction time-out',
    does: 'One process is frozen in mid-transaction for longer than one may last, so that the broker aborts what was open.',
    right: 'What was aborted is written again, once, with the totals that it had.',
    profile: 'standard',
    deadlineSeconds: () => 300,
    play: (stage, { rounds }) =>
      freezeOne(
        stage,
        Math.ceil(rounds / 4),
        () => TRANSACTION_MS + BROKER_LOOKS_MS + stage.random.below(3_000),
      ),
  },
];
