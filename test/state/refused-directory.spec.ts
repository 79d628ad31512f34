import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { createTopic, sharedBroker, uniqueName } from '../support/kafka.js';
import { StateScenario } from './state-scenario.js';

const EX_CONFIG = 78;

describe('A STATE_DIR that cannot be used', () => {
  let scenario: StateScenario;
  let own: EmbeddedBroker | undefined;

  afterEach(async () => {
    await scenario.destroy();
    await own?.stop();
    own = undefined;
  });

  /** All that is there but for the lock, by name. */
  async function contents(): Promise<Record<string, string>> {
    const names = (await readdir(scenario.stateDir)).filter((name) => name !== 'lock').sort();
    const digest = async (name: string) =>
      createHash('sha256')
        .update(await readFile(join(scenario.stateDir, name)))
        .digest('hex');
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await digest(name)])));
  }

  async function refused(settings: Record<string, string>): Promise<string> {
    const service = scenario.spawn({ STATE_DIR: scenario.stateDir, ...settings });
    expect(await service.exit).toBe(EX_CONFIG);
    return service.output;
  }

  it('is not touched when it is of another group, topic or cluster, and whose it is is said', async () => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    const { KAFKA_GROUP_ID: group, INPUT_TOPIC: topic } = scenario.settings;
    await scenario.send(100);
    await scenario.finish();
    await writeFile(join(scenario.stateDir, 'checkpoint-99.part'), 'left behind');
    const before = await contents();
    const [otherGroup, otherTopic] = [uniqueName('group'), uniqueName('topic')];
    await createTopic(sharedBroker(), otherTopic, 1);

    const says = new RegExp(
      `STATE_DIR must be this service's own: checkpoint \\d+ in \\S+ is of group ${group}, topic ${topic}, cluster `,
    );
    expect(await refused({ KAFKA_GROUP_ID: otherGroup })).toMatch(says);
    const output = await refused({ INPUT_TOPIC: otherTopic });
    expect(output).toMatch(says);
    expect(output).toContain('login-stream state reset');
    own = await EmbeddedBroker.start({ env: process.env });
    await createTopic(own.address, topic, 1);
    expect(await refused({ KAFKA_BROKERS: own.address })).toMatch(says);
    expect(await contents()).toEqual(before);
    await scenario.finish();
    expect(scenario.services.at(-1)!.output).toContain('0 records read again');
  });

  it.each(['a file', 'below a file'])('is named when it is %s', async (what) => {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    const file = join(dirname(scenario.stateDir), uniqueName('file'));
    await writeFile(file, '');
    const directory = what === 'a file' ? file : join(file, 'state');
    expect(await refused({ STATE_DIR: directory })).toContain(
      `STATE_DIR must be a folder that the service can write to; it cannot use ${directory}`,
    );
  });
});
