import { Injectable, Logger } from '@nestjs/common';
import type { Login } from '../pipeline/login.js';
import { attemptLookup, LookupFailed } from './lookup-attempt.js';
import { LookupObserver } from './lookup-observer.js';
import type { BatchContext } from './processor.js';
import type { LookupProcessor } from './registered-processor.js';

/** Between warnings about one look-up. */
const SPEAK_EVERY_MS = 10_000;
const FIRST_WAIT_MS = 100;
const MOST_WAIT_MS = 5_000;

/** Runs the look-ups of a batch, side by side, and copies what they say onto its logins. */
@Injectable()
export class LookupRunner {
  private readonly logger = new Logger('Enrichment');
  private readonly silentUntil = new Map<string, number>();

  constructor(private readonly observer: LookupObserver) {}

  /**
   * Resolves when each login has the fields of the look-up: its answer, or its default values.
   *
   * @param signal ends it: nothing is written onto the logins any more
   * @throws the signal's reason
   */
  async run(
    lookup: LookupProcessor,
    logins: readonly Login[],
    { now }: BatchContext,
    signal: AbortSignal,
  ): Promise<void> {
    if (logins.length === 0) return;
    const { rules, spec } = lookup;
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, MOST_WAIT_MS)) {
      signal.throwIfAborted();
      const failure = await this.attempt(lookup, logins, now, signal);
      if (failure === null) return;
      this.failed(lookup, failure);
      if (rules.onFailure === 'default') {
        for (const login of logins) copy(rules.default, login, spec.adds);
        return;
      }
      await pause(wait * (0.5 + Math.random() / 2), signal);
    }
  }

  /** @returns null when the logins have their fields */
  private async attempt(
    lookup: LookupProcessor,
    logins: readonly Login[],
    now: number,
    signal: AbortSignal,
  ): Promise<LookupFailed | null> {
    const start = performance.now();
    try {
      const results = await attemptLookup(lookup, logins, { now, signal });
      signal.throwIfAborted();
      for (let index = 0; index < logins.length; index++)
        copy(results[index], logins[index], lookup.spec.adds);
      return null;
    } catch (error) {
      if (error instanceof LookupFailed) return error;
      throw error;
    } finally {
      this.observer.lookedUp(lookup.name, (performance.now() - start) / 1_000);
    }
  }

  /** Counts it, and says so if it has not lately. */
  failed({ name, rules }: LookupProcessor, { reason, message }: LookupFailed): void {
    this.observer.lookupFailed(name, reason);
    const now = performance.now();
    if (now < (this.silentUntil.get(name) ?? 0)) return;
    this.silentUntil.set(name, now + SPEAK_EVERY_MS);
    const then =
      rules.onFailure === 'default'
        ? 'its logins get the default values'
        : 'the partition waits, and it is tried again';
    this.logger.warn(`${name} could not look up a batch: ${message}; ${then}`);
  }
}

function copy(from: object, to: object, fields: readonly string[]): void {
  for (const field of fields)
    (to as Record<string, unknown>)[field] = (from as Record<string, unknown>)[field];
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}
