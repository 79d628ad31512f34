import { afterEach, describe, expect, it } from '@jest/globals';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import { partitionForKey } from '../../src/kafka/murmur2.js';
import { message, runService } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';
import { ServiceProcess } from '../support/service-process.js';
import { endOffsets, readAll } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { login, inputOf, runRedrive, scenarioNames } from './redrive-scenario.js';

const EVENT = 1_711_302_636;
/** Long ago by the wall clock, ten seconds after the event. */
const ARRIVAL = EVENT * 1000 + 10_000;

/** Text headers of a redriven record. */
const textsOf = (headers: RecordHeaders | undefined) =>
  Object.fromEntries(
    Object.entries(headers ?? {})
      .filter(([name]) => name.startsWith('x-redrive-'))
      .map(([name, value]) => [name, String(value as Buffer)]),
  );

const withoutOurs = (headers: RecordHeaders | undefined) =>
  Object.entries(headers ?? {}).filter(([name]) => !name.startsWith('x-redrive-'));

describe('a deployment that rejects good logins', () => {
  const HEADERS: RecordHeaders = {
    traceparent: Buffer.from('00-abc-def-01'),
    binary: Buffer.from([0xff, 0x00, 0xfe]),
    none: null,
    many: [Buffer.from('1'), null, Buffer.from('1')],
    'x-dlq-of-another-system': Buffer.from('theirs'),
  };

  it.each([
    ['standard', 'unknown_fields'],
    ['privacy-audit', 'unknown_fields'],
  ])(
    'is mended: with %s every input has one outcome in the end, as if it had come through at once',
    async (profile) => {
      const names = scenarioNames({ PROFILE: profile, MAX_MESSAGE_AGE_SECONDS: '60' });
      const bad = (user: string, key: Buffer | null, headers?: RecordHeaders): Input => ({
        ...message(login(user, { unheard_of: user }), key),
        headers,
      });
      const keys = [Buffer.from('text'), Buffer.from([0xff, 0x00]), null, Buffer.alloc(0)];
      const partitions = [0, 1, 2].map((partition) => [
        message(login(`good-${partition}`)),
        ...Array.from({ length: 40 }, (_, index) =>
          bad(`bad-${partition}-${index}`, keys[index % keys.length], index % 2 === 0 ? HEADERS : undefined),
        ),
        message('no JSON'),
      ]);
      const before = await runService({
        partitions,
        arrival: ARRIVAL,
        settings: { ...names, UNKNOWN_FIELDS: 'reject' },
      });
      expect([before.processed.length, before.errors.length]).toEqual([3, 123]);

      const { exit, lines, stderr } = await runRedrive(names, '--reason', 'unknown_fields');
      expect({ exit, stderr }).toEqual({
        exit: 0,
        stderr: expect.stringMatching(/^120 selected: 120 sent, 0 skipped\.$/m),
      });
      expect(lines).toHaveLength(120);
      expect(lines.every(({ action, redrive_count }) => action === 'sent' && redrive_count === 1)).toBe(true);

      const input = await inputOf(names);
      const originals = partitions.flatMap((records, partition) =>
        records.slice(1, -1).map((record) => ({ ...record, partition })),
      );
      const redriven = new Map(
        input
          .filter(({ headers }) => headers?.['x-redrive-count'])
          .map((record) => [String(record.value), record]),
      );
      expect(redriven.size).toBe(120);
      for (const original of originals) {
        const record = redriven.get(String(original.value))!;
        expect({ key: record.key, value: record.value, headers: withoutOurs(record.headers) }).toEqual({
          key: original.key,
          value: original.value,
          headers: withoutOurs(original.headers),
        });
        expect(textsOf(record.headers)).toEqual({
          'x-redrive-count': '1',
          'x-redrive-timestamp': String(ARRIVAL),
        });
        expect(record.partition).toBe(
          original.key === null ? original.partition : partitionForKey(original.key, 3),
        );
      }

      const after = await runService({
        partitions: [[], [], []],
        settings: { ...names, UNKNOWN_FIELDS: 'drop' },
      });
      // Had their arrival been that of the redrive, they would be too old.
      expect(after.filtered).toEqual([]);
      expect(after.errors).toHaveLength(123);
      const users = after.processed.map(({ json }) => json.user_id);
      expect(users.sort()).toEqual(
        [0, 1, 2]
          .flatMap((partition) => [
            `good-${partition}`,
            ...Array.from({ length: 40 }, (_, index) => `bad-${partition}-${index}`),
          ])
          .sort(),
      );
    },
  );
});

describe('a message that is still in error', () => {
  let service: ServiceProcess | undefined;
  afterEach(() => service?.destroy());

  it('keeps its arrival and is counted, until the guard stops the loop', async () => {
    const names = scenarioNames();
    await runService({ partitions: [[message('no JSON', null)]], arrival: ARRIVAL, settings: names });
    service = await ServiceProcess.ready(names);
    for (const count of [1, 2, 3]) {
      const { exit, lines } = await runRedrive(names, '--reason', 'not_json');
      expect(exit).toBe(0);
      expect(lines).toMatchObject([{ action: 'sent', reason: null, redrive_count: count, bytes: 7 }]);
      await waitFor(
        'the dead letter of the redriven one',
        async () => (await readAll(names.KAFKA_BROKERS, names.ERROR_TOPIC)).length === count + 1,
      );
    }
    const letters = await readAll(names.KAFKA_BROKERS, names.ERROR_TOPIC);
    expect(letters.map(({ headers }) => String(headers!['x-dlq-timestamp']))).toEqual(
      Array(4).fill(String(ARRIVAL)),
    );
    expect(letters.map(({ json }) => (json.source as { timestamp: number }).timestamp)).toEqual(
      Array(4).fill(ARRIVAL),
    );
    expect(letters.map(({ headers }) => textsOf(headers)['x-redrive-count'])).toEqual([
      undefined,
      '1',
      '2',
      '3',
    ]);

    const ends = await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC);
    const { exit, lines, stderr } = await runRedrive(names, '--reason', 'not_json');
    expect(exit).toBe(1);
    expect(lines).toMatchObject([
      { action: 'skipped', reason: 'redriven_too_often', redrive_count: 3, bytes: null },
    ]);
    expect(stderr).toMatch(/1 selected: 0 sent, 1 skipped/);
    expect(await endOffsets(names.KAFKA_BROKERS, names.INPUT_TOPIC)).toEqual(ends);

    const more = await runRedrive(names, '--offsets', `0:${lines[0].offset}`, '--max-redrives', '4');
    expect(more.lines).toMatchObject([{ action: 'sent', redrive_count: 4 }]);
  });
});
