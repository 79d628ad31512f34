import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const LONGEST_MS = 9_000;

/** Spoils the way to the broker; returns what mends it. */
type Fault = (stage: Stage) => () => void;

const nothing = () => undefined;

const cut: Fault = ({ broker }) => {
  broker.proxy.cut();
  return nothing;
};
const reset: Fault = ({ broker }) => {
  broker.proxy.reset();
  return nothing;
};
const blackHole: Fault = ({ broker, random }) => {
  const lift = broker.proxy.blackHole(random.oneOf(['up', 'down'] as const));
  return () => {
    lift();
    // In life such a connection ends some time after it has lost bytes; what the service has given up by then is gone already.
    broker.proxy.cut();
  };
};
const delay: Fault = ({ broker, random }) => broker.proxy.delay(random.between(200, 3_000));

async function disturb(stage: Stage, rounds: number, faults: readonly Fault[]): Promise<void> {
  const service = await stage.fleet.start();
  const stopFeeding = stage.feeding(RATE);
  for (let round = 0; round < rounds; round++) {
    const fault = faults[round % faults.length];
    await stage.progress.of(stage.random.between(1, 300));
    const mend = fault(stage);
    stage.faults++;
    if (mend !== nothing) await stage.progress.pause(stage.random.between(500, LONGEST_MS));
    mend();
  }
  await stopFeeding();
  await stage.fleet.untilReady(service);
}

interface Kind {
  readonly name: string;
  readonly title: string;
  readonly does: string;
  readonly faults: readonly Fault[];
  /** So many faults each round. */
  readonly times: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'network-cut',
    title: 'connections cut and reset',
    does: 'All connections between the service and the broker are closed, or reset, in the middle of whatever they carry.',
    faults: [cut, reset],
    times: 4,
  },
  {
    name: 'network-black-hole',
    title: 'one-way black hole',
    does: 'Bytes of one direction disappear for up to nine seconds, without a word: requests arrive and their answers do not, or the other way round.',
    faults: [blackHole],
    times: 1,
  },
  {
    name: 'network-delay',
    title: 'delayed network',
    does: 'Everything takes up to three seconds longer in each direction for a while.',
    faults: [delay],
    times: 1,
  },
];

export const networkCases: readonly ChaosCase[] = KINDS.map(({ faults, times, ...texts }) => ({
  ...texts,
  right: 'What may or may not have happened is found out: nothing is lost, and nothing is there twice.',
  profile: 'standard',
  short: faults.includes(cut),
  deadlineSeconds: ({ rounds }) => 120 + rounds * 60,
  play: (stage, { rounds }) => disturb(stage, rounds * times, faults),
}));
