import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { keysOf, prefixOf } from './keys.js';
import { APPLY } from './lua/apply.js';
import { FORGET_MARK, FORGET_USER } from './lua/forget.js';
import { OPEN } from './lua/open.js';
import { MOVE, POSITION, SETTLE } from './lua/positions.js';
import { STATE_FORMAT } from './lua/prelude.js';
import { SUMMARY_BY_TIME } from './lua/summary-by-time.js';
import { RedisConnection } from './redis-connection.js';
import type { RedisAccess } from './redis-connection.js';
import { RedisScript } from './redis-script.js';
import type { Reply } from './replies.js';
import { checkServer } from './server-check.js';
import { whyUnusable } from './state-kind.js';
import type { StoreLayout } from './store-layout.js';
import { writeProbe } from './write-probe.js';

const OPENING = new RedisScript(OPEN);
const SCRIPTS = {
  apply: new RedisScript(APPLY),
  settle: new RedisScript(SETTLE),
  position: new RedisScript(POSITION),
  move: new RedisScript(MOVE),
  summaryByTime: new RedisScript(SUMMARY_BY_TIME),
  forgetUser: new RedisScript(FORGET_USER),
  forgetMark: new RedisScript(FORGET_MARK),
};

/** What the state is made from. */
export interface StateOrigin {
  /** Where the offsets are. Null: not known here, and not compared. */
  readonly clusterId: string | null;
  /** Asked for at each connection, and when the state is lost: number of the last summary that is committed, by any process. */
  lastSummary(): Promise<number>;
}

export type Arguments = readonly (string | Buffer)[];

/** The state of a group in Redis: which it is, and how scripts are run on it. */
export class SharedState {
  /** Up to where summaries are published, as far as this process knows. */
  published = 0;
  private readonly logger = new Logger('Redis');
  readonly connection: RedisConnection;
  private ownKey = '';

  /** @param settings with a url */
  constructor(
    settings: RedisAccess,
    readonly group: string,
    readonly layout: StoreLayout,
    private readonly origin: StateOrigin,
  ) {
    this.connection = new RedisConnection(settings, {
      probe: writeProbe(group),
      ask: () => this.learnLast(),
    });
  }

  /** Key of the hashes, 16 hex digits. It changes when Redis has lost the state and another process has made it anew. */
  get key(): string {
    return this.ownKey;
  }

  /** Both halves of it. */
  get hashKey(): readonly [number, number] {
    const { key } = this;
    return [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)];
  }

  get generation(): string {
    return `${this.connection.number} ${this.hashKey}`;
  }

  /** Summaries up to this number are published. */
  resume(last: number): void {
    this.published = Math.max(this.published, last);
  }

  /** What comes before the name of each part. */
  get prefix(): string {
    return prefixOf(this.group);
  }

  /** Connects, and makes the state if there is none. @throws InvalidSettingsError when it cannot be used */
  async open(): Promise<void> {
    const warning = await this.connection.first(checkServer);
    if (warning !== null) this.logger.warn(warning);
    await this.identify('first');
    this.logger.log(`State is kept in Redis at ${this.connection.address}, for group ${this.group}`);
  }

  /**
   * Runs a script on the state that this process knows; if that is gone, on the one that there is now.
   *
   * @param args asked for anew when the key has changed
   * @throws InvalidSettingsError when the state is of another kind now
   */
  async run(
    script: keyof typeof SCRIPTS,
    partition: number,
    head: object,
    args: () => Arguments = () => [],
    signal?: AbortSignal,
  ): Promise<readonly Reply[]> {
    const keys = keysOf(this.group, partition);
    for (;;) {
      const { key } = this; // what the arguments are made with, however late they are sent
      const rest = args();
      const known = () => ({ key, layoutId: this.layout.id, lastSummary: this.published });
      const work = (redis: Redis) =>
        SCRIPTS[script].run(redis, keys, [JSON.stringify({ ...head, ...known() }), ...rest]);
      const reply = await this.connection.call(work, signal);
      if (String(reply[0]) !== 'strange') return reply;
      this.logger.warn('Redis has lost the state, or it was made anew');
      await this.learnLast();
      await this.identify('call');
    }
  }

  private async learnLast(): Promise<void> {
    this.resume(await this.origin.lastSummary());
  }

  /** Learns which state there is, and makes one if there is none: with a key of its own, so that all who knew the former one notice. */
  private async identify(how: 'first' | 'call'): Promise<void> {
    const { facts, id } = this.layout;
    const fresh = randomBytes(8).toString('hex');
    const cluster = this.origin.clusterId ?? '';
    const head = { format: STATE_FORMAT, key: fresh, layoutId: id, layout: JSON.stringify(facts), cluster };
    const keys = keysOf(this.group, 0);
    const reply = await this.connection[how]((redis) => OPENING.run(redis, keys, [JSON.stringify(head)]));
    const [format, key, layoutId, layout, itsCluster] = reply.map(String);
    const obstacle =
      whyUnusable({ format, layoutId, layout }, this.layout) ??
      (cluster === '' || cluster === itsCluster
        ? null
        : `is of cluster ${itsCluster}, and KAFKA_BROKERS lead to cluster ${cluster}`);
    if (obstacle !== null) throw this.unusable(obstacle);
    this.ownKey = key;
  }

  private unusable(what: string): InvalidSettingsError {
    return new InvalidSettingsError([
      `STATE_STORE=redis: the state of group ${this.group} in Redis at ${this.connection.address} ${what}. ` +
        'Undo that change, use another KAFKA_GROUP_ID, or reset the state: login-stream state reset',
    ]);
  }
}
