import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';
import { freezeAnyOfThree } from './freeze.js';
import { killAnyOfThree } from './kill.js';

const RATE = 200;
const CHANGES_EACH_ROUND = 4;
/** Shorter than what a call to Redis may take. */
const LONGEST_SILENCE_MS = 500;

/** Ends it, now and then while Redis has done what it asked for and it does not know yet. */
async function killPerhapsUnanswered(stage: Stage, victim: ServiceProcess): Promise<void> {
  const { random, redis } = stage;
  if (random.chance(0.5)) return stage.fleet.kill(victim);
  const letGo = redis.proxy.hold('down');
  try {
    await stage.progress.pause(random.between(1, LONGEST_SILENCE_MS));
    await stage.fleet.kill(victim);
  } finally {
    letGo();
  }
}

/** There are two or three processes all the time; one comes, then any one goes, some of them before they are ready. */
async function comeAndGo(stage: Stage, changes: number): Promise<void> {
  const { random, progress } = stage;
  const fleet = await stage.fleet.startSome(2);
  const stopFeeding = stage.feeding(RATE);
  for (let change = 0; change < changes; change++) {
    const newcomer = stage.fleet.spawn();
    fleet.push(newcomer);
    if (random.chance(0.7)) await stage.fleet.untilReady(newcomer);
    // A process that has not said a word yet knows nothing of signals.
    else await progress.until('a word', () => newcomer.output !== '');
    await progress.pause(random.below(1_500));
    const [leaver] = fleet.splice(random.below(fleet.length), 1);
    const code = await stage.fleet.stop(leaver);
    stage.faults += 2;
    if (code !== 0) stage.complaints.push(`SIGTERM ended a process with ${code}, not with 0`);
    if (random.chance(0.5)) await progress.of(1);
  }
  await stopFeeding();
}

/** Several processes of one group that share their state in Redis. */
export const fleetCases: readonly ChaosCase[] = [
  {
    name: 'redis-kill-9-three',
    title: 'kill -9 loop, three processes with shared state',
    does: 'Any one of three processes that share their state in Redis is killed at random instants, also while partitions move, and while Redis has applied a batch and the answer is under way; another one replaces it.',
    right:
      'The records, totals, flags, sessions, duplicates and summaries of one process that nothing interrupted.',
    profile: 'standard',
    redis: true,
    short: true,
    deadlineSeconds: ({ kills }) => 120 + kills * 30,
    play: (stage, { kills }) =>
      killAnyOfThree(stage, kills, (victim) => killPerhapsUnanswered(stage, victim)),
  },
  {
    name: 'redis-freeze-three',
    title: 'SIGSTOP beyond the session, three processes with shared state',
    does: 'Any one of three processes that share their state in Redis is frozen for longer than its session; the others take its partitions over; then it wakes up, perhaps between Redis and its transaction.',
    right:
      'What the zombie had applied is written once, by its heir. It is fenced in Kafka, refused by Redis, and joins again.',
    profile: 'standard',
    redis: true,
    deadlineSeconds: ({ rounds }) => 120 + rounds * 40,
    play: (stage, { rounds }) => freezeAnyOfThree(stage, rounds),
  },
  {
    name: 'redis-rebalance',
    title: 'processes with shared state join and leave',
    does: 'Processes that share their state in Redis join, and leave with SIGTERM, all the time under load, some of them before they are ready.',
    right: 'Each ends with code 0, and totals, flags, duplicates and summaries go on with its heirs.',
    profile: 'standard',
    redis: true,
    deadlineSeconds: ({ rounds }) => 180 + rounds * CHANGES_EACH_ROUND * 20,
    play: (stage, { rounds }) => comeAndGo(stage, rounds * CHANGES_EACH_ROUND),
  },
];
