import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { message, runService } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';
import { withAdmin } from '../support/kafka.js';
import { inputOf, runRedrive, scenarioNames } from './redrive-scenario.js';
import type { Names } from './redrive-scenario.js';

const LIMIT = 4_096;

/** What a dead letter has no room for: a value above the limit, a key of megabytes, more headers than the error topic takes. */
const LARGE: readonly Input[] = [
  { ...message('v'.repeat(LIMIT + 1)), headers: { h: Buffer.from('kept'), none: null } },
  { ...message('no JSON'), key: Buffer.alloc(5_000_000, 'k') },
  {
    ...message('no JSON either'),
    headers: { large: Buffer.alloc(3_000_000, 'h'), many: [null, Buffer.from('m')] },
  },
  message(Buffer.alloc(2_000_000, 0xff), null),
  message('small'),
];

async function deadLettersOf(names: Names): Promise<void> {
  const { errors } = await runService({
    partitions: [[], LARGE],
    settings: { ...names, MAX_MESSAGE_BYTES: String(LIMIT) },
    topicConfig: { 'max.message.bytes': '16000000' },
  });
  const leftOut = errors.map(({ headers }) =>
    Object.keys(headers!).filter((name) => /sha256|left-out/.test(name)),
  );
  expect(leftOut).toEqual([
    ['x-dlq-sha256'],
    ['x-dlq-key-left-out'],
    expect.arrayContaining(['x-dlq-sha256', 'x-dlq-headers-left-out']),
    ['x-dlq-sha256'],
    [],
  ]);
}

describe('dead letters that have no room for all of the original', () => {
  it('are completed from the input, byte for byte', async () => {
    const names = scenarioNames();
    await deadLettersOf(names);
    const { exit, lines } = await runRedrive(names, '--all', '--run', 'first');
    expect(exit).toBe(0);
    expect(lines.map(({ bytes }) => bytes)).toEqual(LARGE.map(({ value }) => value!.length));
    const sent = (await inputOf(names)).filter(({ headers }) => headers?.['x-redrive-count']);
    const values = new Map(sent.map((record) => [String(record.value), record]));
    expect(sent).toHaveLength(LARGE.length);
    for (const { key, value, headers } of LARGE) {
      const found = values.get(String(value))!;
      expect(found.key?.equals(key!) ?? null).toBe(key === null ? null : true);
      expect(found.value!.equals(value!)).toBe(true);
      const { 'x-redrive-count': count, 'x-redrive-timestamp': arrival, ...others } = found.headers!;
      expect([String(count as Buffer), String(arrival as Buffer)]).toEqual([
        '1',
        expect.stringMatching(/^\d{13}$/),
      ]);
      expect({ ...others }).toEqual(headers ?? {});
    }
  });

  it('are skipped when the input has lost the rest, and sent where a new value is given', async () => {
    const names = scenarioNames();
    await deadLettersOf(names);
    await withAdmin(names.KAFKA_BROKERS, async (admin) => {
      await admin.fetchTopicOffsets(names.INPUT_TOPIC); // the library knows no leaders before
      await admin.deleteTopicRecords({
        topic: names.INPUT_TOPIC,
        partitions: [{ partition: 1, offset: '1' }],
      });
    });
    const dry = await runRedrive(names, '--all', '--dry-run');
    expect([dry.exit, dry.lines[0]]).toMatchObject([1, { action: 'skipped', reason: 'gone' }]);
    const { exit, lines, stderr } = await runRedrive(names, '--all');
    expect(exit).toBe(1);
    expect(lines.map(({ action, reason }) => reason ?? action)).toEqual([
      'gone',
      'sent',
      'sent',
      'sent',
      'sent',
    ]);
    expect(stderr).toMatch(
      /^5 selected: 4 sent, 1 skipped\.\n +1 {2}gone {2}What it leaves out is not in the input/m,
    );

    const folder = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    try {
      const file = join(folder, 'edited.ndjson');
      await writeFile(file, '{"partition":0,"offset":0,"value":"shorter"}');
      expect(await runRedrive(names, '--edited', file)).toMatchObject({ exit: 0, lines: [{ bytes: 7 }] });
      const sent = (await inputOf(names)).find(({ value }) => String(value) === 'shorter')!;
      expect(sent).toMatchObject({
        key: Buffer.from('key'),
        headers: { h: Buffer.from('kept'), none: null },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('are skipped when another record is at their place by now', async () => {
    const names = scenarioNames();
    await deadLettersOf(names);
    await withAdmin(names.KAFKA_BROKERS, (admin) => admin.deleteTopics({ topics: [names.INPUT_TOPIC] }));
    const others = LARGE.map(() => message('another'));
    await runService({
      partitions: [[], others],
      settings: { ...scenarioNames(), INPUT_TOPIC: names.INPUT_TOPIC },
    });
    const { exit, lines } = await runRedrive(names, '--offsets', '0:0');
    expect({ exit, lines }).toMatchObject({ exit: 1, lines: [{ action: 'skipped', reason: 'gone' }] });
  });

  it('are skipped when the input topic does not take them any more', async () => {
    const names = scenarioNames({ COMPRESSION: 'none' });
    await deadLettersOf(names);
    await withAdmin(names.KAFKA_BROKERS, (admin) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: 2,
            name: names.INPUT_TOPIC,
            configEntries: [{ name: 'max.message.bytes', value: '100000' }],
          },
        ],
      }),
    );
    const { lines } = await runRedrive(names, '--all');
    expect(lines.map(({ action, reason }) => reason ?? action)).toEqual([
      'sent',
      'too_large',
      'too_large',
      'too_large',
      'sent',
    ]);
  });
});
