import { open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { HEADER_BYTES } from '../../src/analytics/durable/checkpoint-layout.js';
import { sharedBroker } from '../support/kafka.js';
import { expectExact } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

async function overwrite(path: string, position: number, bytes: readonly number[]): Promise<void> {
  const file = await open(path, 'r+');
  await file.write(Uint8Array.from(bytes), 0, bytes.length, position);
  await file.close();
}

const sizeOf = async (path: string) => (await readFile(path)).length;

interface Case {
  readonly what: string;
  readonly harm: (scenario: StateScenario, newest: number) => Promise<void>;
  /** What the log has to say. */
  readonly says: RegExp;
  readonly inOrder?: boolean;
}

const NEWEST = /Recovery: The checkpoint \S+checkpoint-\d+ /;
const REBUILT = /Recovery: state is built anew from the input/;

const CASES: readonly Case[] = [
  {
    what: 'the newest checkpoint, in its last bytes,',
    harm: async (scenario, newest) => {
      const path = scenario.fileOf('checkpoint', newest);
      await overwrite(path, (await sizeOf(path)) - 12, [1, 2, 3, 4]);
    },
    says: NEWEST,
  },
  {
    what: 'the newest checkpoint, in the middle of a table,',
    harm: (scenario, newest) =>
      overwrite(scenario.fileOf('checkpoint', newest), HEADER_BYTES + 200, [255, 254, 253, 252, 251]),
    says: /checkpoint-\d+ .*column \S+ is not what was written/,
  },
  {
    what: 'the newest checkpoint, half written when the machine stopped,',
    harm: async (scenario, newest) => {
      const path = scenario.fileOf('checkpoint', newest);
      await truncate(path, Math.floor((await sizeOf(path)) / 2));
      await rename(path, `${path}.part`);
    },
    says: /State is ready: .* [1-9]\d* records read again/,
  },
  {
    what: 'the newest checkpoint, of another format,',
    harm: (scenario, newest) => overwrite(scenario.fileOf('checkpoint', newest), 8, [99, 0, 0, 0]),
    says: /checkpoint-\d+ .*format 99/,
  },
  {
    what: 'every checkpoint, gone,',
    harm: async (scenario) => {
      for (const { id } of (await scenario.onDisk()).generations) await rm(scenario.fileOf('checkpoint', id));
    },
    says: REBUILT,
    inOrder: false,
  },
  {
    what: 'every checkpoint, damaged,',
    harm: async (scenario) => {
      for (const { id } of (await scenario.onDisk()).generations)
        await overwrite(scenario.fileOf('checkpoint', id), HEADER_BYTES + 200, [255, 254, 253, 252, 251]);
    },
    says: REBUILT,
    inOrder: false,
  },
  {
    what: 'the journal, gone,',
    harm: async (scenario) => rm(scenario.fileOf('journal', (await scenario.onDisk()).lastId)),
    says: /no journal tells the order of offsets/,
    inOrder: false,
  },
  {
    what: 'the journal, damaged in the middle,',
    harm: async (scenario) => {
      const path = scenario.fileOf('journal', (await scenario.onDisk()).lastId);
      await overwrite(path, Math.floor((await sizeOf(path)) / 128) * 64 + 20, [255, 254, 253]);
    },
    says: /The journal \S+ is damaged from byte \d+ on/,
    inOrder: false,
  },
  {
    what: 'the journal, cut off in the middle of an entry,',
    harm: async (scenario) => {
      const path = scenario.fileOf('journal', (await scenario.onDisk()).lastId);
      await truncate(path, Math.floor((await sizeOf(path)) / 128) * 64 + 20);
    },
    says: /no journal tells the order of offsets/,
    inOrder: false,
  },
];

describe('A damaged STATE_DIR', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  it.each(CASES)('makes no difference but to the log: $what', async ({ harm, says, inOrder }) => {
    const settings = { STATE_RECOVERY: 'strict' };
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2, settings });
    await scenario.send(400);
    await scenario.finish();
    // It writes one checkpoint when it starts, and then only its journal.
    const service = await scenario.start({ CHECKPOINT_EVERY_SECONDS: '3600' });
    await scenario.checkpointed();
    await scenario.send(600);
    await scenario.settled();
    await scenario.kill(service);
    await harm(scenario, (await scenario.onDisk()).generations[0].id);

    await scenario.send(300);
    await scenario.finish();
    expect(scenario.services.at(-1)!.output).toMatch(says);
    expect((await readdir(scenario.stateDir)).filter((name) => name.endsWith('.part'))).toEqual([]);
    await expectExact(scenario, { inOrder });
  });

  it('is refused in no case because of files that nobody knows', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    await scenario.send(200);
    await scenario.finish();
    await writeFile(`${scenario.stateDir}/notes.txt`, 'mine');
    await scenario.send(200);
    await scenario.finish();
    expect(await readFile(`${scenario.stateDir}/notes.txt`, 'utf8')).toBe('mine');
    await expectExact(scenario);
  });
});
