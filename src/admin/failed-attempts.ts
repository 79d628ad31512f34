import { Injectable } from '@nestjs/common';

const WINDOW_MS = 60_000;
const MOST_FAILURES = 10;
/** So many addresses are told apart; those beyond them are counted as one. */
const MOST_ADDRESSES = 1_000;
const OTHERS = 'others';

interface Failures {
  count: number;
  /** By `performance.now()`. */
  readonly since: number;
}

/** Attempts with a wrong token, by remote address: who has failed too often has to wait, also with the right one. */
@Injectable()
export class FailedAttempts {
  private readonly failures = new Map<string, Failures>();

  /** @returns seconds to wait before the next attempt; 0: none */
  waitSeconds(address: string, now = performance.now()): number {
    const failures = this.failures.get(this.keyOf(address));
    if (failures === undefined || failures.count < MOST_FAILURES) return 0;
    return Math.max(0, Math.ceil((failures.since + WINDOW_MS - now) / 1000));
  }

  failed(address: string, now = performance.now()): void {
    this.dropOld(now);
    const key = this.keyOf(address);
    const failures = this.failures.get(key);
    if (failures === undefined) this.failures.set(key, { count: 1, since: now });
    else failures.count++;
  }

  private keyOf(address: string): string {
    return this.failures.has(address) || this.failures.size < MOST_ADDRESSES ? address : OTHERS;
  }

  /** In the order of their beginning. */
  private dropOld(now: number): void {
    for (const [key, { since }] of this.failures) {
      if (now - since < WINDOW_MS) return;
      this.failures.delete(key);
    }
  }
}
