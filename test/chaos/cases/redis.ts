import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const PROCESSES = 2;
const LONGEST_MS = 6_000;
const FAULTS_EACH_ROUND = 2;

const saysSo = async (service: ServiceProcess): Promise<boolean> =>
  (await (await service.get('/health'))?.text())?.includes('Redis is away') === true;

/** Lets two processes work, does harm, and again; ends when both are ready and go on. */
async function harm(
  stage: Stage,
  faults: number,
  fault: (fleet: readonly ServiceProcess[], number: number) => Promise<void>,
): Promise<void> {
  const fleet = await stage.fleet.startSome(PROCESSES);
  const stopFeeding = stage.feeding(RATE);
  for (let done = 0; done < faults; done++) {
    await stage.progress.of(stage.random.between(100, 400));
    await stage.progress.pause(stage.random.below(300));
    await fault(fleet, done);
    stage.faults++;
    for (const service of fleet) await stage.fleet.untilReady(service);
  }
  // So that every partition has found out.
  await stage.progress.of(RATE);
  await stopFeeding();
  await stage.progress.settled();
}

/** Away for a moment, or until everybody says so. */
async function crash({ redis, progress, random }: Stage, fleet: readonly ServiceProcess[]): Promise<void> {
  await redis.kill();
  if (random.chance(0.7)) {
    for (const service of fleet)
      await progress.until('health to say that Redis is away', () => saysSo(service));
    await progress.pause(random.below(LONGEST_MS));
  }
  await redis.startAgain();
  for (const service of fleet)
    await progress.until('health to be well again', async () => !(await saysSo(service)));
}

/** Spoils the way to Redis; returns what mends it. */
type Fault = (stage: Stage) => () => void;

const nothing = () => undefined;

const FAULTS: readonly Fault[] = [
  ({ redis }) => {
    redis.proxy.cut();
    return nothing;
  },
  ({ redis }) => {
    redis.proxy.reset();
    return nothing;
  },
  ({ redis, random }) => {
    const lift = redis.proxy.blackHole(random.oneOf(['up', 'down'] as const));
    return () => {
      lift();
      // In life such a connection ends some time after it has lost bytes; what was given up by then is gone already.
      redis.proxy.cut();
    };
  },
  ({ redis, random }) => redis.proxy.delay(random.between(20, 1_500)),
];

async function disturb(stage: Stage, number: number): Promise<void> {
  const mend = FAULTS[number % FAULTS.length](stage);
  if (mend !== nothing) await stage.progress.pause(stage.random.between(500, LONGEST_MS));
  mend();
}

/** All that it had is gone: at once, perhaps once more while it is counted again, or when it comes back. */
async function empty({ redis, progress, random }: Stage, number: number): Promise<void> {
  if (number % 2 === 0) {
    await redis.flush();
    await progress.pause(random.below(300));
    if (random.chance(0.5)) await redis.flush();
    return;
  }
  await redis.kill();
  await redis.loseFiles();
  await progress.pause(random.below(1_000));
  await redis.startAgain();
}

/** What it is told from a certain moment on is gone when it comes back. */
async function setBack({ redis, progress, random }: Stage): Promise<void> {
  await redis.copyFiles();
  await progress.of(random.between(1, 600));
  await redis.kill();
  await redis.restoreFiles();
  await redis.startAgain();
}

const recounted = {
  right:
    'Each partition is read again from where Redis is up to what is committed, before it goes on. Records are what they have to be, and the last totals and the last summary count everything once.',
  profile: 'standard',
  redis: true,
  recounts: true,
  deadlineSeconds: ({ rounds }: { rounds: number }) => 120 + rounds * 40,
} as const;

/** What happens to Redis, and on the way to it, while two processes share their state in it. */
export const redisCases: readonly ChaosCase[] = [
  {
    name: 'redis-kill-9',
    title: 'Redis killed with -9',
    does: 'Redis, which writes everything to its disk before it answers, is killed with `kill -9` under load, stays away for a moment or for longer, and starts again with what it had.',
    right: 'The stream waits, and health says why. Nobody has to start anything again, and nothing is lost.',
    profile: 'standard',
    redis: true,
    short: true,
    deadlineSeconds: ({ rounds }) => 120 + rounds * 40,
    play: (stage, { rounds }) => harm(stage, rounds, (fleet) => crash(stage, fleet)),
  },
  {
    name: 'redis-network',
    title: 'bad network between service and Redis',
    does: 'Connections between the service and Redis are closed, reset, fall silent in one direction for up to six seconds, or everything takes up to one and a half seconds longer in each direction.',
    right: 'A batch whose answer was lost is asked for again, and counted once.',
    profile: 'standard',
    redis: true,
    deadlineSeconds: ({ rounds }) => 120 + rounds * FAULTS_EACH_ROUND * 40,
    play: (stage, { rounds }) =>
      harm(stage, rounds * FAULTS_EACH_ROUND, (_, number) => disturb(stage, number)),
  },
  {
    ...recounted,
    name: 'redis-empty',
    title: 'Redis comes back empty',
    does: 'Everything in Redis is deleted under load, or it is killed with `kill -9` and comes back without its files.',
    play: (stage, { rounds }) => harm(stage, rounds, (_, number) => empty(stage, number)),
  },
  {
    ...recounted,
    name: 'redis-older',
    title: 'Redis comes back older',
    does: 'Redis is killed with `kill -9` under load and comes back with an older copy of its files made up to some hundred messages before.',
    play: (stage, { rounds }) => harm(stage, rounds, () => setBack(stage)),
  },
];
