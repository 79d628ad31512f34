import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const EACH_ROUND = 4;
const LONGEST_MS = 9_000;

type Fault = (stage: Stage, service: ServiceProcess) => Promise<unknown> | unknown;

const TO_THE_SERVICE: readonly Fault[] = [
  (stage, service) => stage.fleet.kill(service),
  (stage, service) => stage.fleet.stop(service),
  async ({ progress, random }, service) => {
    service.kill('SIGSTOP');
    await progress.pause(random.between(100, LONGEST_MS));
    service.kill('SIGCONT');
  },
];

const TO_THE_BROKER: readonly Fault[] = [
  async ({ broker, progress, random }) => {
    await broker.end('SIGKILL');
    await progress.pause(random.below(LONGEST_MS / 2));
    await broker.startAgain();
  },
  async ({ broker, progress, random }) => {
    broker.signal('SIGSTOP');
    await progress.pause(random.between(100, LONGEST_MS));
    broker.signal('SIGCONT');
  },
  ({ broker }) => broker.proxy.reset(),
  async ({ broker, progress, random }) => {
    const lift = broker.proxy.blackHole(random.oneOf(['up', 'down', 'both'] as const));
    await progress.pause(random.between(100, LONGEST_MS / 2));
    lift();
    broker.proxy.cut();
  },
];

/** One after the other, or two at the same time, without waiting for the service to be well again in between. */
async function mix(stage: Stage, faults: number): Promise<void> {
  let service = await stage.fleet.start();
  const stopFeeding = stage.feeding(RATE);
  while (stage.faults < faults) {
    await stage.progress.pause(stage.random.below(4_000));
    const first = stage.random.oneOf([...TO_THE_SERVICE, ...TO_THE_BROKER]);
    const others = TO_THE_SERVICE.includes(first) ? TO_THE_BROKER : TO_THE_SERVICE;
    const now = stage.random.chance(0.3) ? [first, stage.random.oneOf(others)] : [first];
    await Promise.all(now.map((fault) => fault(stage, service)));
    stage.faults += now.length;
    if (stage.fleet.hasEnded(service)) service = stage.fleet.spawn();
  }
  await stopFeeding();
  await stage.fleet.untilReady(service, 120_000);
}

export const mixedCases: readonly ChaosCase[] = [
  {
    name: 'mixed',
    title: 'everything, one after the other and at once',
    does: 'One process is killed, stopped, frozen; the broker is killed and frozen; connections are reset and fall silent: any of it at any time, some of it at the same time.',
    right: 'The records, totals, flags, sessions and duplicates of a run that nothing interrupted.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '3' },
    deadlineSeconds: ({ rounds }) => 240 + rounds * EACH_ROUND * 30,
    play: (stage, { rounds }) => mix(stage, rounds * EACH_ROUND),
  },
];
