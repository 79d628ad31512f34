import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../src/broker/free-port.js';
import { FaultProxy } from '../../support/fault-proxy.js';
import { TestRedis } from '../../support/redis.js';

/** Below the folder of its process. */
const DATA = 'data';
const COPY = 'copy';

/**
 * A Redis of a case's own, which writes everything to its disk before it answers. It can be killed and started again with what it had,
 * with nothing, or with what it once had. The service reaches it through a fault proxy.
 */
export class ChaosRedis {
  private constructor(
    private readonly folder: string,
    readonly proxy: FaultProxy,
    private redis: TestRedis,
  ) {}

  /** @param folder of the case */
  static async start(folder: string): Promise<ChaosRedis> {
    const ours = join(folder, 'redis');
    const port = await freePort();
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${port}`, protocol: 'raw' });
    try {
      return new ChaosRedis(ours, proxy, await launch(ours, port));
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  /** For the service. */
  get url(): string {
    return `redis://${this.proxy.address}`;
  }

  /** As a crash does. */
  async kill(): Promise<void> {
    await this.redis.kill();
  }

  async startAgain(): Promise<void> {
    this.redis = await launch(this.folder, this.redis.port);
  }

  /** Takes everything away while it goes on. */
  async flush(): Promise<void> {
    const client = this.redis.client();
    try {
      await client.flushall();
    } finally {
      client.disconnect();
    }
  }

  /** While it is not running. */
  async loseFiles(): Promise<void> {
    await rm(this.path(DATA), { recursive: true });
  }

  /** Keeps what it has now. It may be running: what is being written meanwhile is in the copy up to some call. */
  async copyFiles(): Promise<void> {
    await rm(this.path(COPY), { recursive: true, force: true });
    await cp(this.path(DATA), this.path(COPY), { recursive: true });
  }

  /** While it is not running: what was copied is all that it has. */
  async restoreFiles(): Promise<void> {
    await this.loseFiles();
    await cp(this.path(COPY), this.path(DATA), { recursive: true });
  }

  async stop(): Promise<void> {
    await this.redis.stop();
    await this.proxy.stop();
  }

  private path(name: string): string {
    return join(this.folder, name);
  }
}

async function launch(directory: string, port: number): Promise<TestRedis> {
  await mkdir(join(directory, DATA), { recursive: true });
  const durable = { appendonly: 'yes', appendfsync: 'always', 'auto-aof-rewrite-percentage': '0' };
  return TestRedis.start({ port, directory, config: { ...durable, dir: DATA } });
}
