import { afterEach, describe, expect, it } from '@jest/globals';
import { runCommand } from '../cli/run-command.js';
import { login, ServiceFixture, users } from '../kafka/service-fixture.js';
import { readWhen } from '../kafka/lane-fixture.js';
import { committedOffsets, readAll, sharedBroker } from '../support/kafka.js';
import type { InputMessage } from '../support/kafka.js';
import type { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { freePort } from './free-port.js';

const ADMIN_TOKEN = 'correct-horse-battery-staple';
const LIMIT = { ERROR_LIMIT_PERCENT: '50', ERROR_LIMIT_WINDOW: '100' };

interface Health {
  readonly status: string;
  readonly details: {
    readonly errorLimit?: { readonly status: string; readonly paused?: Record<string, string> };
  };
}

interface Partitions {
  readonly partitions: readonly {
    readonly partition: number;
    readonly position: number;
    readonly lag: number;
    readonly paused: { readonly reason: string; readonly offsets: object } | null;
  }[];
}

const bad = (count: number, partition: number): InputMessage[] =>
  Array.from({ length: count }, (_, id) => ({ value: `{"user_id":"secret-${id}"`, partition }));

/** Good logins of users from `first` on, without a user twice. */
const good = (first: number, count: number, partition: number): InputMessage[] =>
  Array.from({ length: count }, (_, id) => login(first + id, { partition }));

const jsonOf = async <T>(service: ServiceProcess, path: string) =>
  (await (await service.get(path))!.json()) as T;

const untilPaused = (service: ServiceProcess, count = 1) =>
  waitFor(
    `${count} paused partitions`,
    async () => (await service.metric('login_stream_paused_partitions')) === count,
  );

describe('the error limit', () => {
  let fixture: ServiceFixture;
  afterEach(() => fixture.destroy());

  const committed = () => committedOffsets(sharedBroker(), fixture.group, fixture.input);

  it('pauses a partition before anything of it is written, others flow, and resume lets it go on', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 3, { ...LIMIT, ADMIN_TOKEN });
    const port = await freePort();
    const service = await fixture.ready({ HTTP_PORT: String(port) });
    await fixture.produce([...good(0, 40, 0), ...good(40, 30, 1), ...good(70, 40, 2)]);
    await fixture.untilCommitted(40, 30, 40);
    await fixture.produce(bad(200, 1));
    await untilPaused(service);

    await fixture.produce([...good(110, 50, 0), ...good(160, 50, 2)]);
    await fixture.untilCommitted(90, 30, 90);
    expect(await fixture.written(210)).toHaveLength(210);
    expect(await readAll(sharedBroker(), fixture.errors)).toEqual([]);

    expect((await service.get('/health/ready'))!.status).toBe(200);
    expect((await service.get('/health/live'))!.status).toBe(200);
    expect(await jsonOf<Health>(service, '/health')).toMatchObject({
      status: 'degraded',
      details: {
        errorLimit: {
          status: 'down',
          paused: { 1: expect.stringMatching(/^at offset 59: 30 of the latest 60 .*ERROR_LIMIT_PERCENT=50/) },
        },
      },
    });
    expect(service.output).toContain(
      `${fixture.input}-1 is paused at offset 59: 30 of the latest 60 records are in error`,
    );
    expect(service.output).toMatch(/"level":50.*offsets 30–229 200 of 200 .*\(not_json 200\)/);
    expect(service.output).not.toContain('secret');

    // Nothing is fetched of it any more, and yet it is known how far it is behind.
    expect(await service.metric('login_stream_lag_records', 'partition="1"')).toBe(200);
    await fixture.produce(bad(50, 1));
    await waitFor(
      'the lag to grow',
      async () => (await service.metric('login_stream_lag_records', 'partition="1"')) === 250,
    );
    const { partitions } = await jsonOf<Partitions>(service, '/api/partitions');
    expect(partitions).toEqual([
      { partition: 0, position: 90, lag: 0, paused: null },
      {
        ...{ partition: 1, position: 30, lag: 250 },
        paused: {
          since: expect.stringMatching(/^\d{4}-.*Z$/),
          reason: expect.stringContaining('30 of the latest 60'),
          offsets: { first: 30, last: 229, reachedAt: 59 },
          batch: { records: 200, errors: 200 },
          errorTypes: [{ errorType: 'not_json', count: 200 }],
        },
      },
      { partition: 2, position: 90, lag: 0, paused: null },
    ]);

    const env = { ADMIN_TOKEN, HTTP_PORT: String(port) };
    const other = await runCommand(['resume', '--partition', '0'], { env });
    expect(other).toEqual({ exit: 0, stdout: 'Partition 0 is not paused.\n', stderr: '' });
    const resumed = await runCommand(['resume'], { env });
    expect(resumed).toEqual({
      exit: 0,
      stdout: `${fixture.input}-1 goes on from offset 30.\n`,
      stderr: '',
    });
    await fixture.untilCommitted(90, 280, 90);
    expect(await jsonOf<Health>(service, '/health')).toMatchObject({ status: 'ok' });
    const errors = await readWhen(sharedBroker(), fixture.errors, 250);
    expect(
      errors.map(({ json }) => (json.source as { offset: number }).offset).sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 250 }, (_, index) => 30 + index));

    // After a window of good ones it holds again.
    await fixture.produce(good(210, 100, 1));
    await waitFor('the limit to hold again', () => service.output.includes('it holds again'));
    await fixture.produce(bad(60, 1));
    await untilPaused(service);
    expect(await committed()).toEqual([90, 380, 90]);
    expect(await service.metric('login_stream_partition_pauses_total')).toBe(2);
    expect(new Set(users(await fixture.written(310))).size).toBe(310);
    expect(await readAll(sharedBroker(), fixture.errors)).toHaveLength(250);
    expect(await service.metric('login_stream_imbalance_records')).toBe(0);
  });

  it('judges anew after a restart, loses nothing, and stops in time while a partition is paused', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 2, { ERROR_LIMIT_CONSECUTIVE: '5' });
    const service = await fixture.ready();
    await fixture.produce([...good(0, 10, 0), ...bad(4, 0), ...good(10, 10, 1)]);
    await fixture.untilCommitted(14, 10);
    await fixture.produce([...bad(40, 0), ...bad(40, 1)]);
    await untilPaused(service, 2);
    const stopping = performance.now();
    expect(await service.stop()).toBe(0);
    expect(performance.now() - stopping).toBeLessThan(8_000);

    const second = await fixture.ready();
    await untilPaused(second, 2);
    second.kill('SIGKILL');
    await second.exit;
    expect(await committed()).toEqual([14, 10]);
    expect(await readAll(sharedBroker(), fixture.errors)).toHaveLength(4);

    await fixture.ready({ ERROR_LIMIT_CONSECUTIVE: '0' });
    await fixture.untilCommitted(54, 50);
    expect(await readWhen(sharedBroker(), fixture.errors, 84)).toHaveLength(84);
    expect(await fixture.written(20)).toHaveLength(20);
  });

  it('stays over a rebalance where the partition stays, and goes with it where it goes', async () => {
    fixture = await ServiceFixture.create(sharedBroker(), 2, {
      ...{ ERROR_LIMIT_CONSECUTIVE: '5', PROFILE: 'basic', STATE_STORE: 'none', DEVICE_TYPES: '*' },
    });
    const first = await fixture.ready();
    await fixture.produce([...bad(40, 0), ...bad(40, 1)]);
    await untilPaused(first, 2);
    const second = await fixture.ready();
    await untilPaused(second, 1);
    await untilPaused(first, 1);
    expect(first.output).toContain('its pause is forgotten here');
    expect(await first.metric('login_stream_partition_pauses_total')).toBe(2);
    expect(await second.stop()).toBe(0);
    await untilPaused(first, 2);
    expect(await first.metric('login_stream_partition_pauses_total')).toBe(3);
    expect(await committed()).toEqual([-1, -1]);
    expect(await first.stop()).toBe(0);
  });
});
