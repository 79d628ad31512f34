import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sharedBroker, uniqueName, withAdmin } from '../support/kafka.js';
import { StateScenario } from '../state/state-scenario.js';
import { countedBy, damage, newest, stateCommand } from './state-directory.js';

const MESSAGES = 700;
const TOPICS = ['OUTPUT', 'FILTERED', 'ERROR'] as const;

describe('login-stream state reset', () => {
  let scenario: StateScenario;
  afterEach(() => scenario.destroy());

  async function worked(): Promise<{ figures: object; records: number[] }> {
    scenario = await StateScenario.create(sharedBroker(), { partitions: 1 });
    await scenario.send(MESSAGES);
    await scenario.finish();
    return { figures: await countedBy(scenario), records: await written() };
  }

  const written = () => Promise.all(TOPICS.map(async (topic) => (await scenario.read(topic)).length));

  const stateFiles = () =>
    readdirSync(scenario.stateDir).filter((name) => /^(checkpoint|journal)/.test(name));

  const sequences = async () => (await scenario.read('SUMMARY')).map(({ json }) => json.sequence as number);

  it('says what it would do, and does nothing without --yes', async () => {
    await worked();
    const files = stateFiles();
    const { exit, stdout, stderr } = await stateCommand(scenario, ['reset', '--offsets', 'beginning']);
    expect([exit, stderr]).toEqual([2, 'Nothing was done: give --yes to do it.\n']);
    expect(stdout).toContain(`generations of group ${scenario.settings.KAFKA_GROUP_ID}, topic `);
    expect(stdout).toContain('every outcome is written again');
    expect((await stateCommand(scenario, ['reset'])).stdout).toContain('would be kept');
    expect(stateFiles()).toEqual(files);
    expect(await scenario.committed()).toBe(MESSAGES);
  });

  it('is refused while the service runs, which is named', async () => {
    await worked();
    const service = await scenario.start();
    const { exit, stderr } = await stateCommand(scenario, ['reset', '--yes']);
    expect([exit, stderr]).toEqual([1, expect.stringContaining(`in use by process ${service.child.pid} on`)]);
    expect(stateFiles()).not.toEqual([]);
    const elsewhere = await stateCommand(scenario, ['reset', '--yes', '--offsets', 'beginning'], {
      env: { STATE_DIR: '/nonexistent/state' },
    });
    expect([elsewhere.exit, elsewhere.stderr]).toEqual([1, expect.stringContaining('has members (from')]);
    expect(await service.stop()).toBe(0);
    expect(await scenario.committed()).toBe(MESSAGES);
  });

  it('makes the next start count what is committed again, and write nothing', async () => {
    const { figures, records } = await worked();
    const { exit, stdout } = await stateCommand(scenario, ['reset', '--yes']);
    expect([exit, stdout]).toEqual([0, expect.stringContaining('counts again what the input still has')]);
    expect(stateFiles()).toEqual([]);
    await scenario.finish();
    expect(await countedBy(scenario)).toEqual(figures);
    expect(await written()).toEqual(records);
  });

  it('with the offsets, makes the next start process everything again, with the same totals', async () => {
    const { figures, records } = await worked();
    const { exit, stdout, stderr } = await stateCommand(scenario, [
      'reset',
      '--offsets',
      'beginning',
      '--yes',
    ]);
    expect([exit, stderr]).toEqual([0, '']);
    expect(stdout).toContain('moved to the beginning');
    expect(await scenario.committed()).toBe(0);
    await scenario.finish();
    const { summary_sequence, ...counted } = (await countedBy(scenario)) as Record<string, number>;
    expect({ ...counted, summary_sequence: summary_sequence / 2 }).toEqual(figures);
    expect(await written()).toEqual(records.map((count) => 2 * count));
    const numbers = await sequences();
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });

  it.each(['keep', 'beginning'])(
    'of an input that has lost its beginning, the next start does without that (--offsets %s)',
    async (offsets) => {
      const { records } = await worked();
      const topic = scenario.settings.INPUT_TOPIC;
      await withAdmin(sharedBroker(), async (admin) => {
        await admin.fetchTopicOffsets(topic); // deleting needs to know the leader
        await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '500' }] });
      });
      expect((await stateCommand(scenario, ['reset', '--offsets', offsets, '--yes'])).exit).toBe(0);
      const killed = await scenario.start({ CHECKPOINT_EVERY_SECONDS: '3600' });
      await scenario.settled();
      killed.kill('SIGKILL');
      await killed.exit;
      await scenario.finish();
      const { processed, filtered, errors } = (await countedBy(scenario)) as Record<string, number>;
      expect(processed + filtered + errors).toBe(MESSAGES - 500);
      const all = records.reduce((sum, count) => sum + count, 0);
      const now = (await written()).reduce((sum, count) => sum + count, 0);
      expect(now - all).toBe(offsets === 'keep' ? 0 : MESSAGES - 500);
      for (const { output } of scenario.services) expect(output).not.toContain('"level":"error"');
    },
  );

  it('removes state that is damaged, or of another group, and says when there is none', async () => {
    await worked();
    damage(await newest(scenario.stateDir, 'checkpoint'), 3);
    writeFileSync(join(scenario.stateDir, 'checkpoint-99.part'), 'half');
    const foreign = { env: { KAFKA_GROUP_ID: uniqueName('another') } };
    const start = scenario.spawn({ ...foreign.env, STATE_DIR: scenario.stateDir });
    expect(await start.exit).toBe(78);
    expect(start.output).toContain('login-stream state reset');
    expect((await stateCommand(scenario, ['reset', '--yes'], foreign)).exit).toBe(0);
    expect(stateFiles()).toEqual([]);
    const again = await stateCommand(scenario, ['reset'], foreign);
    expect([again.exit, again.stdout]).toEqual([2, expect.stringContaining('There is no state in')]);
    const service = await scenario.start({ ...foreign.env, STATE_DIR: scenario.stateDir });
    expect(await service.stop()).toBe(0);
  });
});
