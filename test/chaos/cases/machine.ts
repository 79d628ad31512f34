import type { ServiceProcess } from '../../support/service-process.js';
import type { ChaosCase } from '../case.js';
import { Hook } from '../hooks/hook.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;
const MINUTE_MS = 60_000;
const JUMPS_MS = [-60 * MINUTE_MS, -MINUTE_MS, -7_000, 7_000, MINUTE_MS, 60 * MINUTE_MS];
const JUMPS_EACH_ROUND = 3;

const statusOf = async (service: ServiceProcess): Promise<unknown> =>
  ((await (await service.get('/health'))?.json()) as { status?: unknown } | undefined)?.status;

/**
 * Something is wrong with the disk for a while: the stream has to go on meanwhile. When health says that all is well again the process
 * is killed, and the next one has to know everything.
 */
async function spoilDisk(stage: Stage, rounds: number, mode: 'full' | `slow ${number}`): Promise<void> {
  const disk = new Hook('disk', stage.folder);
  const stopFeeding = stage.feeding(RATE);
  for (let round = 0; round < rounds; round++) {
    const service = await stage.fleet.start(disk.settings);
    await stage.progress.of(stage.random.between(100, 400));
    disk.say(mode);
    stage.faults++;
    if (mode === 'full')
      await stage.progress.until(
        'health to say so',
        async () => (await statusOf(service)) === 'degraded',
        30_000,
      );
    await stage.progress.of(stage.random.between(500, 1_500), 60_000);
    disk.say('');
    await stage.progress.until('health to be well again', async () => (await statusOf(service)) === 'ok');
    await stage.progress.of(stage.random.between(1, 300));
    await stage.fleet.kill(service);
    stage.faults++;
  }
  await stopFeeding();
  await stage.fleet.start(disk.settings);
}

export const machineCases: readonly ChaosCase[] = [
  {
    name: 'clock-jumps',
    title: 'clock jumps',
    does: 'The clock of the process jumps forwards and backwards, by seconds, a minute, an hour, while it works.',
    right:
      'The same outcomes: what depends on time goes by the records. Windows of summaries still follow each other.',
    profile: 'standard',
    deadlineSeconds: ({ rounds }) => 180 + rounds * JUMPS_EACH_ROUND * 40,
    play: async (stage, { rounds }) => {
      const clock = new Hook('clock', stage.folder);
      const service = await stage.fleet.start(clock.settings);
      const stopFeeding = stage.feeding(RATE);
      for (let jump = 0; jump < rounds * JUMPS_EACH_ROUND; jump++) {
        await stage.progress.of(stage.random.between(1, 300));
        clock.say(String(stage.random.oneOf(JUMPS_MS)));
        stage.faults++;
        await stage.progress.pause(stage.random.between(100, 2_000));
      }
      await stopFeeding();
      await stage.fleet.untilReady(service);
    },
  },
  {
    name: 'disk-full',
    title: 'full state disk',
    does: 'Writes below `STATE_DIR` fail for a while as on a full disk; when that is over, and health says so, the process is killed with `kill -9`.',
    right:
      'The stream goes on, health is degraded meanwhile and recovers, and the next process knows everything.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '2' },
    deadlineSeconds: ({ rounds }) => 120 + rounds * 90,
    play: (stage, { rounds }) => spoilDisk(stage, Math.ceil(rounds / 2), 'full'),
  },
  {
    name: 'disk-slow',
    title: 'slow state disk',
    does: 'Every write below `STATE_DIR` takes 0.7 s longer for a while; later the process is killed with `kill -9`.',
    right: 'The stream goes on, and the next process knows everything.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '2' },
    deadlineSeconds: ({ rounds }) => 120 + rounds * 90,
    play: (stage, { rounds }) => spoilDisk(stage, Math.ceil(rounds / 2), 'slow 700'),
  },
];
