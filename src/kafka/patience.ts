import { setTimeout as sleep } from 'node:timers/promises';
import { logInRefused } from './log-in-refused.js';
import { Backoff } from './send-errors.js';

export interface PatienceOptions {
  /** How long failures in a row are put up with, in ms. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** Told what is waited for: a second after the first failure, then every ten seconds. */
  readonly onWait: (error: Error, secondsLeft: number) => void;
}

/** What no waiting helps against: rights, names; and a log-in that is refused. */
const HOPELESS = /AUTHORIZATION_FAILED|SASL_AUTHENTICATION_FAILED|INVALID_TOPIC|UNSUPPORTED|ERR_TLS|CERT/;

/** Decides whether something that failed is tried again: until it has failed for too long, or it never can succeed. */
export class Patience {
  private backoff = new Backoff();
  private failingSince: number | null = null;

  constructor(private readonly options: PatienceOptions) {}

  succeeded(): void {
    if (this.failingSince === null) return;
    this.failingSince = null;
    this.backoff = new Backoff();
  }

  /**
   * Resolves when it is time to try again.
   *
   * @throws the error when it is not to be tried again, or the signal's reason
   */
  async failed(error: unknown): Promise<void> {
    const { limitMs, signal, onWait } = this.options;
    signal.throwIfAborted();
    const now = performance.now();
    this.failingSince ??= now;
    const left = this.failingSince + limitMs - now;
    if (left <= 0 || isHopeless(error)) throw error;
    if (this.backoff.speaks(now)) onWait(error as Error, Math.ceil(left / 1000));
    await sleep(Math.min(this.backoff.next(), left), undefined, { signal });
  }

  /** Repeats the work until it succeeds. */
  async until<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await work();
        this.succeeded();
        return result;
      } catch (error) {
        await this.failed(error);
      }
    }
  }
}

interface ErrorLike {
  readonly name?: string;
  readonly type?: string;
  readonly code?: unknown;
  readonly cause?: ErrorLike;
}

function isHopeless(error: unknown): boolean {
  if (logInRefused(error) !== null) return true;
  for (let each = error as ErrorLike | undefined; each; each = each.cause)
    if (HOPELESS.test(`${each.name} ${each.type} ${String(each.code)}`)) return true;
  return false;
}
