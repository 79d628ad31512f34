import type { RedisInspection } from '../../src/cli/state/redis/redis-inspection.js';
import { StateScenario } from '../state/state-scenario.js';
import { sharedBroker } from '../support/kafka.js';
import { TestRedis } from '../support/redis.js';
import type { RedisOptions } from '../support/redis.js';
import { runCommand } from '../cli/run-command.js';
import type { CommandInput, CommandResult } from '../cli/run-command.js';

interface ScenarioOptions {
  readonly partitions?: number;
  readonly broker?: string;
  readonly redis?: RedisOptions;
}

/** A service whose state is in a Redis of its own, and the commands that look at it. */
export class RedisScenario {
  private constructor(
    readonly service: StateScenario,
    public redis: TestRedis,
  ) {}

  static async create(
    settings: Record<string, string> = {},
    { partitions = 1, broker = sharedBroker(), redis: options }: ScenarioOptions = {},
  ): Promise<RedisScenario> {
    const redis = await TestRedis.start(options);
    const service = await StateScenario.create(broker, {
      partitions,
      settings: { STATE_STORE: 'redis', REDIS_URL: redis.url, REDIS_TIMEOUT_MS: '2000', ...settings },
    });
    return new RedisScenario(service, redis);
  }

  get group(): string {
    return this.service.settings.KAFKA_GROUP_ID;
  }

  command(args: readonly string[], { env, ...input }: CommandInput = {}): Promise<CommandResult> {
    return runCommand(['state', ...args], { ...input, env: { ...this.service.settings, ...env } });
  }

  async inspected(): Promise<RedisInspection> {
    const { exit, stdout, stderr } = await this.command(['inspect', '--json']);
    if (exit !== 0) throw new Error(`inspect has ended with ${exit}: ${stdout}${stderr}`);
    return JSON.parse(stdout) as RedisInspection;
  }

  /** It has nothing any more. */
  async emptyRedis(): Promise<void> {
    await this.withClient((client) => client.flushall());
  }

  /** Names of all keys that Redis has. */
  async keys(): Promise<string[]> {
    return this.withClient(async (client) => (await client.keys('*')).sort());
  }

  async withClient<T>(work: (client: ReturnType<TestRedis['client']>) => Promise<T>): Promise<T> {
    const client = this.redis.client();
    try {
      return await work(client);
    } finally {
      client.disconnect();
    }
  }

  /** How many records each topic of outcomes has. */
  async written(): Promise<number[]> {
    const topics = ['OUTPUT', 'FILTERED', 'ERROR'] as const;
    return Promise.all(topics.map(async (topic) => (await this.service.read(topic)).length));
  }

  async destroy(): Promise<void> {
    await this.service.destroy();
    await this.redis.stop();
  }
}
