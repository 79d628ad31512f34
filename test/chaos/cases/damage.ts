import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 300;

/** Turns one bit of the newest checkpoint. */
async function damageNewest(folder: string, random: Stage['random']): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^checkpoint-\d+$/.test(name));
  const numbers = names.map((name) => Number(name.slice('checkpoint-'.length))).sort((a, b) => b - a);
  if (numbers.length < 2) throw new Error('There are no two checkpoints yet');
  const path = join(folder, `checkpoint-${numbers[0]}`);
  const { size } = await stat(path);
  const file = await open(path, 'r+');
  try {
    const at = random.below(size);
    const byte = Buffer.alloc(1);
    await file.read(byte, 0, 1, at);
    byte[0] ^= 1 << random.below(8);
    await file.write(byte, 0, 1, at);
  } finally {
    await file.close();
  }
}

export const damageCases: readonly ChaosCase[] = [
  {
    name: 'checkpoint-damaged',
    title: 'newest checkpoint damaged',
    does: 'The process is killed with `kill -9`, and one bit of its newest checkpoint is turned before the next one starts.',
    right: 'The damage is found, and the checkpoint before it gives the same.',
    profile: 'standard',
    settings: { CHECKPOINT_EVERY_SECONDS: '1' },
    deadlineSeconds: ({ rounds }) => 120 + rounds * 30,
    play: async (stage, { rounds }) => {
      const stopFeeding = stage.feeding(RATE);
      for (let round = 0; round < rounds; round++) {
        const service = await stage.fleet.start();
        await stage.progress.of(stage.random.between(900, 1_500));
        await stage.fleet.kill(service);
        await damageNewest(stage.settings.STATE_DIR, stage.random);
        stage.faults += 2;
      }
      await stopFeeding();
      await stage.fleet.start();
    },
  },
];
