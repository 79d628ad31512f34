import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import { Hook } from '../hooks/hook.js';
import type { Stage } from '../stage/stage.js';
import { atSomeRequest } from './at-request.js';

const RATE = 150;
/** A start, a recovery and a join take less. */
const EARLY_MS = 4_000;
const SECONDS_EACH = 30;

/**
 * Kills one process again and again, and starts the next one at once: some of them before they are ready, the others after
 * some progress.
 */
async function killOne(stage: Stage, kills: number, early: number, settings = {}): Promise<void> {
  const stopFeeding = stage.feeding(RATE);
  for (let kill = 0; kill < kills; kill++) {
    const service = stage.fleet.spawn(settings);
    if (stage.random.chance(early)) await stage.progress.pause(stage.random.between(100, EARLY_MS));
    else {
      await stage.fleet.untilReady(service);
      await stage.progress.of(stage.random.between(1, 400));
      await stage.progress.pause(stage.random.below(300));
    }
    await stage.fleet.kill(service);
    stage.faults++;
  }
  await stopFeeding();
  await stage.fleet.start(settings);
}

/** Kills one process at the very requests by which its work becomes visible. */
async function killAtRequests(stage: Stage, kills: number): Promise<void> {
  const stopFeeding = stage.feeding(RATE);
  for (let kill = 0; kill < kills; kill++) {
    const service = stage.fleet.spawn();
    await atSomeRequest(stage, () => void stage.fleet.kill(service), true);
    await service.exit;
    stage.faults++;
  }
  await stopFeeding();
  await stage.fleet.start();
}

/** @param kill ends the process, at once unless something else is said */
export async function killAnyOfThree(
  stage: Stage,
  kills: number,
  kill = (victim: ServiceProcess) => stage.fleet.kill(victim),
): Promise<void> {
  const stopFeeding = stage.feeding(RATE);
  const fleet = await stage.fleet.startSome(3);
  for (let killed = 0; killed < kills; killed++) {
    await stage.progress.pause(stage.random.between(50, 4_000));
    const victim = stage.random.below(fleet.length);
    await kill(fleet[victim]);
    stage.faults++;
    fleet[victim] = stage.fleet.spawn();
    if (stage.random.chance(0.5)) await stage.progress.of(1);
  }
  await stopFeeding();
}

const deadlineSeconds = ({ kills }: { kills: number }) => 120 + kills * SECONDS_EACH;

export const killCases: readonly ChaosCase[] = [
  {
    name: 'kill-9-one',
    title: 'kill -9 loop, one process',
    does: 'One process is killed with `kill -9` under load at random instants, some of them during its start or its recovery; the next one starts at once.',
    right: 'The records, totals, flags, sessions and duplicates of a run that nothing interrupted.',
    profile: 'standard',
    deadlineSeconds,
    play: (stage, { kills }) => killOne(stage, kills, 0.3),
  },
  {
    name: 'kill-9-checkpoints',
    title: 'kill -9 loop, one process, during checkpoints',
    does: 'The same with a checkpoint every second on a disk that takes 40 ms longer for each write, so that most kills find one half written; and more kills during the recovery.',
    right: 'The same, whichever checkpoint was half written.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '1' },
    deadlineSeconds,
    play: (stage, { kills }) => {
      const disk = new Hook('disk', stage.folder);
      disk.say('slow 40');
      return killOne(stage, kills, 0.5, disk.settings);
    },
  },
  {
    name: 'kill-9-requests',
    title: 'kill -9 loop, one process, at certain requests',
    does: 'One process is killed at the instant at which it sends a certain request: those of its start and recovery, and those of a transaction (the fence, the records, the offset, the end). The request arrives at the broker at once, or up to three seconds later.',
    right: 'The same, whether or not the transaction has gone through.',
    profile: 'standard',
    short: true,
    deadlineSeconds,
    play: (stage, { kills }) => killAtRequests(stage, kills),
  },
  {
    name: 'kill-9-three',
    title: 'kill -9 loop, three processes without state',
    does: 'Any one of three processes is killed at random instants, also while partitions move, and replaced.',
    right: 'Each input has its outcome once; the others go on meanwhile.',
    profile: 'basic',
    short: true,
    deadlineSeconds,
    play: (stage, { kills }) => killAnyOfThree(stage, kills),
  },
];
