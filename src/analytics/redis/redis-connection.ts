import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { setMaxListeners } from 'node:events';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import type { RedisSettings } from '../../config/redis.settings.js';
import { GreetingFailed } from './greeting-failed.error.js';
import { introduce } from './introduce.js';
import { pauseFor } from './pause-for.js';
import { RedisAway } from './redis-away.error.js';
import { DEFAULT_PORT, optionsOf } from './redis-options.js';
import { isClosedConnection, isScriptFault, troubleOf } from './redis-trouble.js';
import type { Trouble } from './redis-trouble.js';
import { ScriptFailed } from './store-errors.js';

const FIRST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 2_000;

/** What is done first on each connection: what answers may be another Redis, or know less than before. */
export interface Greeting {
  /** Is refused if what is called then would be, and changes nothing. */
  readonly probe: (redis: Redis) => Promise<unknown>;
  /** What else has to be asked before. */
  readonly ask: () => Promise<void>;
}

const NO_GREETING: Greeting = { probe: () => Promise.resolve(), ask: () => Promise.resolve() };

/** How to reach Redis, and for how long a call is tried. */
export interface RedisAccess extends RedisSettings {
  /** Milliseconds; for ever unless it is set. */
  readonly patienceMs?: number;
}

/**
 * One connection to Redis that is made anew for ever. A call waits until Redis has answered it, and may be sent several times:
 * whatever is called has to be safe against that. After each refusal the address is looked up and connected to again: a former
 * primary answers for ever, and after a fail-over the address leads to another one.
 */
export class RedisConnection {
  private readonly logger = new Logger('Redis');
  private readonly redis: Redis;
  private lastError: unknown = null;
  private since: number | null = null;
  private current: string | null = null;
  private connections = 0;
  private greeted = 0;
  /** Number of the last connection that was given up: its end takes a moment. */
  private left = 0;
  private greeting: Promise<void> | null = null;
  /** Connections that were tried since a call has gone well. */
  private attempts = 0;
  private hasWarned = false;
  private readonly over = new AbortController();

  /** @param settings with a url */
  constructor(
    private readonly settings: RedisAccess,
    private readonly start: Greeting = NO_GREETING,
  ) {
    const retryStrategy = () => Math.min(FIRST_PAUSE_MS * 2 ** Math.min(++this.attempts, 6), MOST_PAUSE_MS);
    this.redis = new Redis({ ...optionsOf(settings), retryStrategy });
    this.redis.on('ready', () => this.connected());
    this.redis.on('error', (error: Error) => (this.lastError = error));
    // As many wait as there are partitions.
    this.redis.setMaxListeners(0);
    setMaxListeners(0, this.over.signal);
  }

  /** Why nothing goes on, as a sentence; null when all is well. */
  get trouble(): string | null {
    return this.current;
  }

  /** Of this connection, from 1; 0 before the first. */
  get number(): number {
    return this.connections;
  }

  /** Where it is, without user and password. */
  get address(): string {
    const { hostname, port } = new URL(this.settings.url!);
    return `${hostname}:${port || DEFAULT_PORT}`;
  }

  /**
   * Calls Redis until it answers.
   *
   * @throws RedisAway when patience has an end
   * @throws the signal's reason
   * @throws ScriptFailed, GreetingFailed; what is wrong with this process
   */
  async call<T>(work: (redis: Redis) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.persist(work, () => undefined, signal);
  }

  /**
   * The same for the first calls: what has to be changed before Redis can ever answer ends it.
   *
   * @throws InvalidSettingsError
   * @throws RedisAway when patience has an end
   */
  async first<T>(work: (redis: Redis) => Promise<T>): Promise<T> {
    // What fails is told as an event, too, and tried again.
    if (this.redis.status === 'wait') void this.redis.connect().catch(() => undefined);
    return this.persist(work, ({ sentence, needsChange }) => {
      if (needsChange) throw new InvalidSettingsError([`REDIS_URL names ${this.address}. ${sentence}`]);
    });
  }

  /** Resolves when it is known that Redis takes what is called. */
  async check(): Promise<void> {
    await this.call(this.start.probe);
  }

  private async persist<T>(
    work: (redis: Redis) => Promise<T>,
    judge: (trouble: Trouble) => void,
    signal?: AbortSignal,
  ): Promise<T> {
    const deadline = performance.now() + (this.settings.patienceMs ?? Infinity);
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
      signal?.throwIfAborted();
      this.over.signal.throwIfAborted();
      const { number } = this;
      try {
        if (!this.isReady) throw this.lastError ?? new Error('Connection is closed');
        if (this.greeted < number) await this.greet();
        const answer = await work(this.redis);
        this.went();
        return answer;
      } catch (error) {
        if (isScriptFault(error)) throw new ScriptFailed(error as Error);
        if (error instanceof InvalidSettingsError || error instanceof GreetingFailed) throw error;
        this.over.signal.throwIfAborted();
        if (!this.isOldNews(error)) {
          const trouble = troubleOf(error);
          judge(trouble);
          this.failed(trouble);
        }
        if (this.isReady && this.number === number) this.leave();
      }
      const left = deadline - performance.now();
      if (left <= 0) throw new RedisAway(this.current, this.address);
      await this.pause(Math.min(pause, left), signal);
    }
  }

  /** Nothing new is known: it is connecting for the first time, or again after a trouble that was told. */
  private isOldNews(error: unknown): boolean {
    if (this.current !== null && isClosedConnection(error)) return true;
    if (this.isReady || this.lastError !== null) return false;
    return ['wait', 'connecting', 'connect'].includes(this.redis.status);
  }

  private get isReady(): boolean {
    return this.redis.status === 'ready' && this.left < this.connections;
  }

  private leave(): void {
    this.left = this.connections;
    this.redis.disconnect(true);
  }

  private connected(): void {
    this.connections++;
    this.lastError = null; // of a connection before
  }

  /** Once for all who wait. */
  private greet(): Promise<void> {
    this.greeting ??= this.greetAll().finally(() => (this.greeting = null));
    return this.greeting;
  }

  private async greetAll(): Promise<void> {
    for (let now = this.connections; this.greeted < now; now = this.connections) {
      this.warn(await introduce(this.redis, this.settings));
      await this.start.probe(this.redis);
      await this.start.ask().catch((error: Error) => {
        throw new GreetingFailed(error);
      });
      this.greeted = now;
    }
  }

  private warn(warning: string | null): void {
    if (warning === null || this.hasWarned) return;
    this.hasWarned = true;
    this.logger.warn(`${warning} (${this.address}).`);
  }

  close(): void {
    this.over.abort(new Error('The connection to Redis was closed'));
    this.redis.disconnect();
  }

  /** Ends early when the connection is there. */
  private async pause(ms: number, signal?: AbortSignal): Promise<void> {
    const early = new AbortController();
    const wake = () => early.abort();
    this.redis.once('ready', wake);
    try {
      await pauseFor(ms * (0.75 + Math.random() / 2), early.signal, this.over.signal, signal);
    } catch (error) {
      if (!early.signal.aborted) throw error;
    } finally {
      this.redis.off('ready', wake);
    }
  }

  private failed({ sentence }: Trouble): void {
    this.since ??= performance.now();
    if (this.current === sentence) return;
    // One line when it begins; what else is found out meanwhile is for the page of health.
    if (this.current === null) this.logger.warn(`${sentence} (${this.address}). The stream waits.`);
    this.current = sentence;
  }

  private went(): void {
    this.attempts = 0;
    if (this.since === null) return;
    const seconds = ((performance.now() - this.since) / 1000).toFixed(1);
    this.logger.log(`Redis is back after ${seconds} s`);
    this.since = null;
    this.current = null;
  }
}
