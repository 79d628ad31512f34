import { rm } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker } from '../support/kafka.js';
import { expectExact, expectTotals } from './expect-exact.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;
const OTHER = { DEVICE_TYPES: 'android' };

describe('Settings that change between two lives', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  async function crash(): Promise<void> {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 2 });
    const service = await scenario.start({ CHECKPOINT_EVERY_SECONDS: '3600' });
    await scenario.send(300);
    await scenario.settled();
    await scenario.kill(service);
  }

  it('are refused by name while records have to be counted again as they were decided', async () => {
    await crash();
    const service = scenario.spawn(OTHER);
    expect(await service.exit).toBe(EX_CONFIG);
    expect(service.output).toMatch(
      /decided with other settings, .*: DEVICE_TYPES \(was [^)]*\)\. Start once with the former/,
    );
    expect(service.output).not.toMatch(/MAX_USERS|PROFILE/);
    // As the message says.
    await scenario.finish();
    const next = await scenario.start({ ...OTHER, MAX_USERS: '2000000' });
    expect(next.output).toContain('; 0 records read again');
    await scenario.send(200);
    await scenario.settled();
    expect(await next.stop()).toBe(0);
    await expectExact(scenario);
  });

  /** What is there when a kill comes before the first checkpoint of a start with other settings is whole. */
  async function crashBeforeCheckpoint(): Promise<void> {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    await scenario.send(200);
    await scenario.finish();
    const former = new Set((await scenario.onDisk()).generations.map(({ id }) => id));
    const service = await scenario.start({ ...OTHER, CHECKPOINT_EVERY_SECONDS: '3600' });
    await scenario.send(200);
    await scenario.settled();
    await scenario.kill(service);
    const { generations } = await scenario.onDisk();
    for (const { id } of generations) if (!former.has(id)) await rm(scenario.fileOf('checkpoint', id));
  }

  it('are no matter when the kill comes before their first checkpoint: the journal knows them', async () => {
    await crashBeforeCheckpoint();
    const service = await scenario.start(OTHER);
    expect(service.output).toMatch(/; [1-9]\d* records read again/);
    await scenario.send(50);
    await scenario.settled();
    expect(await service.stop()).toBe(0);
    await expectExact(scenario);
  });

  it('cannot be taken back unnoticed after such a kill', async () => {
    await crashBeforeCheckpoint();
    const service = scenario.spawn();
    expect(await service.exit).toBe(EX_CONFIG);
    expect(service.output).toMatch(
      /decided with other settings, .*: those of a start that has written no checkpoint\. Start once with the former/,
    );
    const next = await scenario.start(OTHER);
    expect(await next.stop()).toBe(0);
    await scenario.finish();
    await expectExact(scenario);
  });

  it('make state anew from the input, which is said, when they want state of another kind', async () => {
    await crash();
    const service = await scenario.start({ PROFILE: 'sessions' });
    await scenario.settled();
    expect(await service.stop()).toBe(0);
    expect(service.output).toMatch(/Recovery: checkpoint \d+ does not fit: other settings want other state/);
    expect(service.output).toMatch(/Recovery: state is built anew from the input/);
    await scenario.send(200);
    await scenario.finish();
    expectTotals(await scenario.read('OUTPUT'));
  });
});
