import { chmod, chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../../../test/support/wait-for.js';
import { AnalyticsSettings } from '../../config/analytics.settings.js';
import { aLogin, aRawRecord } from '../../pipeline/testing.js';
import { FULL_DEMAND } from '../state-demand.js';
import type { StatePlan } from '../state-plan.js';
import type { SummaryCadence } from '../summary/summary-cadence.js';
import { openCheckpoint } from './checkpoint-reader.js';
import { Checkpointer } from './checkpointer.js';
import { DurableStateStore } from './durable-state-store.js';
import { readJournal } from './read-journal.js';
import { StateDirectory } from './state-directory.js';
import { asUnprivileged } from './unprivileged.testing.js';

const IDENTITY = {
  identity: { clusterId: 'cluster', group: 'group', topic: 'logins' },
  serviceVersion: '1.2.3',
  decisions: '{}',
};
const NOBODY = 65_534;
const OFTEN = 0;
const SELDOM = 3_600;

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(true));

describe('Checkpointer', () => {
  let path: string;
  let directory: StateDirectory;
  let store: DurableStateStore;
  let checkpointers: Checkpointer[];
  let next: number;

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    directory = await StateDirectory.open(path);
    checkpointers = [];
    next = 0;
    store = new DurableStateStore(
      new AnalyticsSettings(),
      { everyMessages: 0, everySeconds: 0 } as SummaryCadence,
      { demand: FULL_DEMAND } as StatePlan,
    );
    store.onModuleInit();
  });
  afterEach(async () => {
    await chmod(path, 0o700);
    await Promise.all(checkpointers.map((each) => each.stop()));
    await rm(path, { recursive: true });
  });

  async function start(everySeconds: number, lastId = 0, recoveredFrom: number | null = null) {
    const options = { everySeconds, identity: IDENTITY, lastId, recoveredFrom };
    const checkpointer = new Checkpointer(store, directory, options);
    checkpointers.push(checkpointer);
    await checkpointer.start();
    return checkpointer;
  }

  async function apply(): Promise<void> {
    const offset = next++;
    await store.apply(
      {
        ...{ topic: 'logins', partition: 0, claimed: offset === 0 ? null : offset, now: 1 },
        offsets: { first: offset, end: offset + 1 },
      },
      [aLogin({}, aRawRecord({ offset: String(offset), value: Buffer.from(`${offset}`) }))],
      null,
    );
    await store.recorded();
  }

  const names = async () => (await readdir(path)).sort();
  const ids = async (kind: string) =>
    (await names())
      .filter((name) => name.startsWith(kind))
      .map((name) => Number(name.split('-')[1]))
      .sort((a, b) => a - b);

  /** Offset up to which each checkpoint that is there counts. */
  async function counted(): Promise<(number | null)[]> {
    const all = [];
    for (const id of await ids('checkpoint')) {
      const checkpoint = await openCheckpoint(directory.pathOf('checkpoint', id));
      await checkpoint.verify();
      await checkpoint.close();
      all.push(checkpoint.manifest.positions[0]?.next ?? null);
    }
    return all;
  }

  const until = (expected: readonly (number | null)[]) =>
    waitFor(
      `checkpoints ${expected.join()}`,
      async () => JSON.stringify(await counted().catch(() => null)) === JSON.stringify(expected),
    );

  it('writes one at once, of nothing, so that there always is one; and says whose it is', async () => {
    const checkpointer = await start(SELDOM);
    await until([null]);
    const [id] = await ids('checkpoint');
    const checkpoint = await openCheckpoint(directory.pathOf('checkpoint', id));
    await checkpoint.close();
    expect(checkpoint.manifest).toMatchObject({ ...IDENTITY, layout: store.layout, positions: {} });
    await waitFor('figures', () => checkpointer.figures.at > 0);
    expect(checkpointer.figures).toMatchObject({ bytes: expect.any(Number), failures: 0 });
    expect(checkpointer.trouble).toBeNull();
  });

  it('keeps the older one until everything that the newest counts is committed', async () => {
    await start(OFTEN);
    await until([null]);
    await apply();
    await until([null, 1]);
    await apply(); // not a third one while the second cannot be used
    const before = await ids('checkpoint');
    store.settled(0, 1);
    await until([null, 1, 2]);
    store.settled(0, 2);
    await until([1, 2]);
    expect((await ids('checkpoint'))[0]).toBe(before[1]);
    await apply();
    store.settled(0, 3);
    await until([2, 3]);
    expect((await ids('journal'))[0]).toBe((await ids('checkpoint'))[0]);
  });

  it('writes none while nothing changes, and one on request', async () => {
    const checkpointer = await start(SELDOM);
    await until([null]);
    await apply();
    store.settled(0, 1);
    expect(await counted()).toEqual([null]);
    checkpointer.request();
    await until([null, 1]);
    checkpointer.request();
    await apply();
    store.settled(0, 2);
    await until([1, 2]);
  });

  it('begins a journal with each: all since the checkpoint is in those from its number on', async () => {
    const checkpointer = await start(SELDOM);
    await until([null]);
    await apply();
    await apply();
    checkpointer.request();
    await until([null, 2]);
    await apply();
    const entries = [];
    for (const id of await ids('journal')) entries.push(await readJournal(directory.pathOf('journal', id)));
    expect(
      entries.map(({ entries: each }) => each.map((entry) => entry.kind === 'batch' && entry.end)),
    ).toEqual((await ids('journal')).length === 3 ? [[], [1, 2], [3]] : [[1, 2], [3]]);
  });

  it('ends with one of everything, if everything is committed', async () => {
    const checkpointer = await start(SELDOM);
    await until([null]);
    await apply();
    store.settled(0, 1);
    await checkpointer.stop();
    expect(await counted()).toEqual([null, 1]);
  });

  it('leaves what is not committed to the journal at the end', async () => {
    const checkpointer = await start(SELDOM);
    await until([null]);
    await apply();
    await checkpointer.stop();
    expect(await counted()).toEqual([null]);
    const { entries } = await readJournal(directory.pathOf('journal', Math.max(...(await ids('journal')))));
    expect(entries).toHaveLength(1);
  });

  it('numbers on from what is there, and keeps what state was recovered from until it is replaced', async () => {
    const first = await start(SELDOM);
    await until([null]);
    await apply();
    store.settled(0, 1);
    await first.stop();
    const recoveredFrom = (await ids('checkpoint')).at(-1)!;
    const lastId = Math.max(...(await ids('journal')));
    await start(SELDOM, lastId, recoveredFrom);
    await until([1, 1]);
    const [kept, written] = await ids('checkpoint');
    expect(kept).toBe(recoveredFrom);
    expect(written).toBeGreaterThan(lastId);
  });

  it('says why it cannot write, goes on when it can, and nothing is missing then', () =>
    asUnprivilegedOwner(path, async () => {
      const checkpointer = await start(OFTEN);
      await until([null]);
      await chmod(path, 0o500);
      await apply();
      store.settled(0, 1);
      await waitFor('trouble', () => checkpointer.trouble);
      expect(checkpointer.trouble).toMatch(/cannot be made/);
      expect(checkpointer.figures.failures).toBeGreaterThan(0);
      await chmod(path, 0o700);
      await waitFor('no trouble', () => checkpointer.trouble === null);
      await until([null, 1]);
    }));

  it('begins where nothing can be written yet, says so, and writes as soon as it can', () =>
    asUnprivilegedOwner(path, async () => {
      await chmod(path, 0o500);
      const checkpointer = await start(OFTEN);
      expect(checkpointer.trouble).toMatch(/journal .* cannot be made/);
      await apply();
      await chmod(path, 0o700);
      await until([1]);
      await waitFor('no trouble', () => checkpointer.trouble === null);
    }));
});

/** Permissions mean nothing to root. */
async function asUnprivilegedOwner(path: string, body: () => Promise<void>): Promise<void> {
  if (process.geteuid!() === 0) await chown(path, NOBODY, NOBODY);
  await asUnprivileged(body);
}
