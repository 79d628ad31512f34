import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../../src/broker/free-port.js';
import type { Redis } from 'ioredis';
import type { ServiceProcess } from '../support/service-process.js';
import { FaultProxy } from '../support/fault-proxy.js';
import { TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';
import { expectExact, expectOnce } from '../state/expect-exact.js';
import { RedisScenario } from './redis-scenario.js';

/** Two instances that reach Redis by a name, which leads to a primary with a replica. */
class FailOver {
  private readonly over = new AbortController();
  private feeding: Promise<void> | null = null;
  readonly fleet: ServiceProcess[] = [];
  private readonly clients: Redis[] = [];

  private constructor(
    readonly shared: RedisScenario,
    readonly proxy: FaultProxy,
    readonly replica: TestRedis,
  ) {}

  static async create(): Promise<FailOver> {
    const port = await freePort();
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${port}`, protocol: 'raw' });
    const settings = {
      REDIS_URL: `redis://${proxy.address}`,
      REDIS_TIMEOUT_MS: '1000',
      SUMMARY_EVERY_SECONDS: '1',
    };
    const shared = await RedisScenario.create(settings, { partitions: 6, redis: { port } });
    const failOver = new FailOver(shared, proxy, await TestRedis.start());
    await failOver.replicaOf(failOver.replica, shared.redis);
    return failOver;
  }

  client(redis: TestRedis): Redis {
    const client = redis.client();
    client.on('error', () => undefined);
    this.clients.push(client);
    return client;
  }

  async replicaOf(replica: TestRedis, primary: TestRedis): Promise<void> {
    const client = this.client(replica);
    await client.call('REPLICAOF', '127.0.0.1', primary.port);
    await waitFor('the replica to be there', async () =>
      /master_link_status:up/.test(await client.info('replication')),
    );
  }

  async start(): Promise<void> {
    this.fleet.push(...(await Promise.all([this.shared.service.start(), this.shared.service.start()])));
    this.feeding = this.shared.service.feed(400, this.over.signal);
    await this.committed(400);
  }

  async committed(records: number): Promise<void> {
    const { service } = this.shared;
    const before = await service.committed();
    await waitFor('commits', async () => (await service.committed()) > before + records).catch(
      (error: Error) => {
        throw new Error(`${error.message}\n${this.fleet.map(({ output }) => output).join('\n----\n')}`);
      },
    );
  }

  async told(sentence: RegExp): Promise<void> {
    for (const service of this.fleet)
      await waitFor('health to tell', async () => {
        const { details } = (await (await service.get('/health'))!.json()) as {
          details: { state: { status: string; message?: string } };
        };
        return details.state.status === 'down' && sentence.test(details.state.message ?? '');
      });
  }

  nameLeadsToReplica(): void {
    this.proxy.redirect(`127.0.0.1:${this.replica.port}`);
  }

  async rest(): Promise<void> {
    this.over.abort();
    await this.feeding;
    await this.shared.service.settled();
  }

  async stop(): Promise<void> {
    for (const service of this.fleet) expect(await service.stop()).toBe(0);
  }

  async destroy(): Promise<void> {
    this.over.abort();
    await this.feeding?.catch(() => undefined);
    for (const client of this.clients) client.disconnect();
    await this.shared.destroy();
    await this.replica.stop();
    await this.proxy.stop();
  }
}

describe('Several instances with STATE_STORE=redis, when a replica becomes the primary,', () => {
  let failOver: FailOver;
  afterEach(() => failOver.destroy());

  it('say so, leave the former primary, which goes on answering, and go on exactly where they were', async () => {
    failOver = await FailOver.create();
    const { shared, replica } = failOver;
    await failOver.start();
    await failOver.client(shared.redis).call('FAILOVER', 'TO', '127.0.0.1', replica.port);
    await failOver.told(/^Redis answers, but it is a replica now and takes no writes$/);
    failOver.nameLeadsToReplica();
    await failOver.committed(400);
    await failOver.rest();
    await failOver.stop();
    await expectExact(shared.service);
  });

  it('read again what it lacks, if it lagged behind', async () => {
    failOver = await FailOver.create();
    const { shared, replica } = failOver;
    await failOver.start();
    await failOver.client(replica).call('REPLICAOF', 'NO', 'ONE');
    await failOver.committed(400);
    failOver.nameLeadsToReplica();
    await failOver.replicaOf(shared.redis, replica);
    await failOver.committed(400);
    await failOver.rest();
    const client = failOver.client(replica);
    await waitFor('all that is committed to be counted', async () => {
      const counts = await client.hmget(
        `{login-stream:${shared.group}}:meta`,
        ...['processed', 'filtered', 'errors'],
      );
      return counts.reduce((sum, count) => sum + Number(count), 0) === shared.service.inputs.length;
    });
    await failOver.stop();
    await expectOnce(shared.service);
    expect(failOver.fleet.map(({ output }) => output).join()).toMatch(/Redis lacks offsets/);
  });
});
