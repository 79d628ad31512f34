import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { Redis } from 'ioredis';
import { jarName, parseArtifact } from '../../src/broker/artifact.js';
import { cachedArtifacts } from '../../src/broker/artifact-cache.js';
import { freePort } from '../../src/broker/free-port.js';
import { supervise } from '../../src/broker/supervisor.js';
import type { Supervised } from '../../src/broker/supervisor.js';
import { waitFor } from './wait-for.js';

/** Redis for the platforms that it is built for, in one jar: `groupId:artifactId:version size sha256`. */
const ARTIFACT = parseArtifact(
  'com.github.codemonstur:embedded-redis:1.4.4 11954156 b56845f0a81aa0b6a0c32a309e69081ee7bdeadba9efff6374b0fe9af230db63',
);
const BINARIES: Readonly<Record<string, string>> = {
  'linux-x64': 'redis-server-6.2.6-v5-linux-amd64',
  'linux-arm64': 'redis-server-6.2.7-linux-arm64',
  'darwin-x64': 'redis-server-6.2.6-v5-darwin-amd64',
  'darwin-arm64': 'redis-server-6.2.6-v5-darwin-arm64',
};

/** The server's executable: that of the variable TEST_REDIS_SERVER, or the one from the jar, which is fetched once. */
async function executable(): Promise<string> {
  const given = process.env.TEST_REDIS_SERVER;
  if (given !== undefined && given !== '') return given;
  const name = BINARIES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error('TEST_REDIS_SERVER must name a redis-server for this platform');
  const directory = await cachedArtifacts([ARTIFACT], process.env, () => undefined);
  const file = join(directory, name);
  if (await stat(file).then(() => true, () => false)) return file; // prettier-ignore
  const fresh = `${file}-${randomInt(2 ** 32)}`;
  await writeFile(fresh, unzip(await readFile(join(directory, jarName(ARTIFACT))), name));
  await chmod(fresh, 0o755);
  await rename(fresh, file);
  return file;
}

/** One file of a zip archive. */
function unzip(archive: Buffer, name: string): Buffer {
  let at = archive.readUInt32LE(archive.lastIndexOf(Buffer.from('PK\x05\x06')) + 16);
  while (archive.readUInt32LE(at) === 0x02014b50) {
    const [nameBytes, extra, comment] = [28, 30, 32].map((place) => archive.readUInt16LE(at + place));
    if (archive.toString('utf8', at + 46, at + 46 + nameBytes) === name) {
      const local = archive.readUInt32LE(at + 42);
      const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
      const content = archive.subarray(from, from + archive.readUInt32LE(at + 20));
      return archive.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content);
    }
    at += 46 + nameBytes + extra + comment;
  }
  throw new Error(`There is no ${name} in the archive`);
}

export interface RedisOptions {
  /** Set it when it must be known beforehand. */
  readonly port?: number;
  /** Directives of its configuration. */
  readonly config?: Readonly<Record<string, string>>;
  /** Where its files are; kept when it ends. Else a directory of its own that goes with it. */
  readonly directory?: string;
  /** It keeps no data, and watches others: its configuration says which. */
  readonly sentinel?: boolean;
  /** TLS on the port, with these files. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly caFile: string };
}

/** A Redis server on a port of its own, which ends with this process at the latest. It writes nothing to disk unless told to. */
export class TestRedis {
  private constructor(
    readonly port: number,
    readonly directory: string,
    private readonly isTemporary: boolean,
    private readonly process: Supervised,
    private readonly options: RedisOptions,
  ) {}

  static async start(options: RedisOptions = {}): Promise<TestRedis> {
    const port = options.port ?? (await freePort());
    const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'redis-')));
    const isTemporary = options.directory === undefined;
    const config = {
      save: '',
      appendonly: 'no',
      bind: '127.0.0.1',
      ...portsOf(port, options),
      ...options.config,
    };
    const lines = Object.entries(config).map(([name, value]) => `${name} ${value === '' ? '""' : value}\n`);
    await writeFile(join(directory, 'redis.conf'), lines.join(''));
    const server = await supervise({
      command: [await executable(), 'redis.conf', ...(options.sentinel === true ? ['--sentinel'] : [])],
      cwd: directory,
      env: process.env,
      output: join(directory, 'redis.log'),
      abandonedDirectory: isTemporary ? directory : undefined,
    });
    const redis = new TestRedis(port, directory, isTemporary, server, options);
    await redis.isReady();
    return redis;
  }

  /** After it was killed: where it was, with what it has on disk. */
  async startAgain(): Promise<TestRedis> {
    const { port, directory, isTemporary, options } = this;
    const { process } = await TestRedis.start({ ...options, port, directory });
    return new TestRedis(port, directory, isTemporary, process, options);
  }

  get url(): string {
    return `${this.options.tls === undefined ? 'redis' : 'rediss'}://127.0.0.1:${this.port}`;
  }

  /** A client of one's own, to look or to meddle. */
  client(): Redis {
    return new Redis({
      port: this.port,
      password: this.options.config?.requirepass,
      tls: this.options.tls === undefined ? undefined : { rejectUnauthorized: false },
      disableClientInfo: true,
      maxRetriesPerRequest: 1,
      disconnectTimeout: 100,
    });
  }

  async kill(): Promise<void> {
    process.kill(this.process.pid, 'SIGKILL');
    await this.process.exited;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.process.pid, signal);
  }

  async stop(): Promise<void> {
    let exited = false;
    void this.process.exited.then(() => (exited = true));
    await Promise.resolve();
    if (!exited) await this.kill().catch(() => undefined);
    if (this.isTemporary) await rm(this.directory, { recursive: true, force: true });
  }

  /** The end of its log, for a failure. */
  async log(): Promise<string> {
    return (await readFile(join(this.directory, 'redis.log'), 'utf8')).slice(-2_000);
  }

  private async isReady(): Promise<void> {
    let exit: number | string | undefined;
    void this.process.exited.then((value) => (exit = value));
    await waitFor('Redis to answer', async () => {
      if (exit !== undefined) throw new Error(`Redis has ended (${exit}):\n${await this.log()}`);
      const client = new Redis({
        ...{
          port: this.port,
          lazyConnect: true,
          retryStrategy: null,
          disableClientInfo: true,
          enableReadyCheck: false,
        },
        ...{ protocol: 2, disconnectTimeout: 100 },
        tls: this.options.tls === undefined ? undefined : { rejectUnauthorized: false },
      });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.ping().catch((error: Error) => {
          if (!/NOAUTH/.test(error.message)) throw error;
        });
        return true;
      } catch {
        return false;
      } finally {
        client.disconnect();
      }
    });
  }
}

function portsOf(port: number, { tls }: RedisOptions): Record<string, string> {
  if (tls === undefined) return { port: String(port) };
  return {
    ...{ port: '0', 'tls-port': String(port), 'tls-auth-clients': 'no' },
    ...{ 'tls-cert-file': tls.certFile, 'tls-key-file': tls.keyFile, 'tls-ca-cert-file': tls.caFile },
  };
}
