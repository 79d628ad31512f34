import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOffsets, withAdmin } from '../support/kafka.js';
import {
  auditLines,
  createTopics,
  lettersOf,
  login,
  notOnce,
  inputOf,
  runRedrive,
  scenarioNames,
  write,
} from './redrive-scenario.js';
import type { Names } from './redrive-scenario.js';
import { RunningCommand } from './running-command.js';

const COUNT = 6_000;
const VALUES = Array.from({ length: COUNT }, (_, index) => login(`user-${index}`));

/** Dead letters in two partitions of the error topic, every tenth of which is not meant. */
async function manyLetters(names: Names): Promise<Buffer[]> {
  await createTopics(names, { input: 3, errors: 2 });
  const letters = lettersOf(
    names,
    VALUES.map((value, index) => ({
      value,
      key: index % 3 === 0 ? null : Buffer.from(`key-${index}`),
      partition: index % 3,
      errorType: index % 10 === 0 ? 'not_json' : 'unknown_fields',
    })),
  );
  for (const partition of [0, 1])
    await write(
      names,
      names.ERROR_TOPIC,
      partition,
      letters.filter((_, index) => index % 2 === partition),
    );
  return VALUES.filter((_, index) => index % 10 !== 0);
}

const SELECTION = ['--reason', 'unknown_fields'];

describe('login-stream redrive', () => {
  let names: Names;
  let wanted: Buffer[];
  let commands: RunningCommand[] = [];
  const start = (...args: string[]) => {
    const command = RunningCommand.start(['redrive', ...SELECTION, ...args], names);
    commands.push(command);
    return command;
  };
  beforeEach(async () => {
    names = scenarioNames();
    wanted = await manyLetters(names);
  });
  afterEach(async () => {
    await Promise.all(commands.map((command) => command.destroy()));
    commands = [];
  });

  it('sends each once, whenever it is killed with SIGKILL', async () => {
    let kills = 0;
    let seen = 0;
    for (let exit: number | NodeJS.Signals = 'SIGKILL'; exit === 'SIGKILL';) {
      const command = start('--rate', '3000');
      let ended = false;
      void command.exit.then(() => (ended = true));
      while (command.stdout === '' && !ended) await sleep(5);
      await sleep((kills * 53) % 400); // another instant each time: between transactions and within
      command.signal('SIGKILL');
      exit = await command.exit;
      if (exit === 'SIGKILL') kills++;
      seen += auditLines(command.stdout).length;
      expect(kills).toBeLessThan(60);
      expect([0, 'SIGKILL']).toContain(exit);
    }
    expect(kills).toBeGreaterThanOrEqual(5);
    expect(notOnce(await inputOf(names), wanted)).toEqual([]);
    // What was committed and not yet said when it was killed is the only thing that is not in the lines.
    expect(seen).toBeLessThanOrEqual(wanted.length);
    const { exit, lines, stderr } = await runRedrive(names, ...SELECTION);
    expect({ exit, lines }).toEqual({ exit: 0, lines: [] });
    expect(stderr).toMatch(/^Run [0-9a-f]{12} is finished: .*--again begins it anew\.$/m);
  });

  it('lets the later one of two that do the same go on, and sends each once', async () => {
    const first = start('--rate', '400');
    await first.until('stdout', /(.*\n){20}/);
    const second = start();
    expect(await second.exit).toBe(0);
    expect(await first.exit).toBe(1);
    expect(first.stderr).toMatch(/Another process goes on with this run/);
    expect(second.stderr).toMatch(/goes on where it stopped/);
    expect(auditLines(first.stdout).length + auditLines(second.stdout).length).toBe(wanted.length);
    expect(notOnce(await inputOf(names), wanted)).toEqual([]);
  });

  it('sends each once when several are started at the same time', async () => {
    const exits = await Promise.all([start(), start(), start()].map(({ exit }) => exit));
    expect(exits).toContain(0);
    expect(notOnce(await inputOf(names), wanted)).toEqual([]);
  });

  it('ends in order when it is interrupted, and goes on later', async () => {
    const first = start('--rate', '400');
    await first.until('stdout', /(.*\n){20}/);
    first.signal('SIGINT');
    expect(await first.exit).toBe(1);
    expect(first.stderr).toMatch(/^Interrupted: the same command goes on where this has stopped\.$/m);
    const sent = auditLines(first.stdout).length;
    expect(first.stderr).toContain(`${sent} selected: ${sent} sent, 0 skipped.`);
    expect(await inputOf(names)).toHaveLength(sent);
    expect((await runRedrive(names, ...SELECTION)).lines).toHaveLength(wanted.length - sent);
    expect(notOnce(await inputOf(names), wanted)).toEqual([]);
  });

  it('stops after --max, goes on from there, and begins anew only with --again', async () => {
    const first = await runRedrive(names, ...SELECTION, '--max', '700');
    expect([first.exit, first.lines.length]).toEqual([0, 700]);
    expect(first.stderr).toMatch(/^Stopped after 700/m);
    const second = await runRedrive(names, ...SELECTION);
    expect([second.exit, second.lines.length]).toEqual([0, wanted.length - 700]);
    expect(notOnce(await inputOf(names), wanted)).toEqual([]);
    const again = await runRedrive(names, ...SELECTION, '--again', '--max', '10');
    // Which partition comes first is chance; in each it begins where the first run began.
    const positions = again.lines.map(({ partition, offset }) => `${partition}:${offset}`);
    const partition = Number(again.lines[0].partition);
    const itsFirst = [...first.lines, ...second.lines].filter((line) => line.partition === partition);
    expect(positions).toEqual(itsFirst.slice(0, 10).map(({ offset }) => `${partition}:${offset}`));
  });

  it('goes on with dead letters that came since', async () => {
    await runRedrive(names, ...SELECTION, '--run', 'daily');
    await write(names, names.ERROR_TOPIC, 1, lettersOf(names, [{ value: login('a late one') }]));
    const { exit, lines } = await runRedrive(names, ...SELECTION, '--run', 'daily');
    expect({ exit, lines }).toMatchObject({ exit: 0, lines: [{ action: 'sent', partition: 1 }] });
  });

  it('refuses a run that was begun with another selection', async () => {
    await runRedrive(names, ...SELECTION, '--run', 'mine', '--max', '1');
    const ends = await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC);
    const { exit, stderr } = await runRedrive(names, '--all', '--run', 'mine');
    expect(exit).toBe(2);
    expect(stderr).toMatch(
      /^Run mine: it was begun with another selection\. Give another --run, or --again/m,
    );
    expect(await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC)).toEqual(ends);
  });

  it('says what would become of each with --dry-run, and changes nothing on the cluster', async () => {
    const state = async () => ({
      ends: [
        await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC),
        await endOffsets(names.KAFKA_BROKERS, names.ERROR_TOPIC),
      ],
      groups: await withAdmin(names.KAFKA_BROKERS, async (admin) =>
        (await admin.listGroups()).groups.map(({ groupId }) => groupId).sort(),
      ),
      topics: await withAdmin(names.KAFKA_BROKERS, async (admin) => (await admin.listTopics()).sort()),
    });
    const before = await state();
    const { exit, lines, stderr } = await runRedrive(names, ...SELECTION, '--dry-run', '--max', '1000');
    expect([exit, lines.length]).toEqual([0, 1000]);
    expect(lines[0]).toMatchObject({
      action: 'would send',
      outcome: 'processed',
      because: null,
      redrive_count: 1,
    });
    expect(stderr).toMatch(/^1,000 selected: 1,000 would be sent \(1,000 processed\), 0 skipped\.$/m);
    expect(await state()).toEqual(before);
  });

  it('sends no more in a second than --rate', async () => {
    const begin = performance.now();
    const { exit, lines } = await runRedrive(names, ...SELECTION, '--rate', '200', '--max', '500');
    expect([exit, lines.length]).toEqual([0, 500]);
    expect(performance.now() - begin).toBeGreaterThan(2_400);
    // What a stall leaves undone is made up for, a second's worth at most.
    const times = (await inputOf(names)).map(({ timestamp }) => Number(timestamp)).sort((a, b) => a - b);
    for (let index = 0; index + 420 < times.length; index++)
      expect(times[index + 420] - times[index]).toBeGreaterThan(1_000);
  });
});
