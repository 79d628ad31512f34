import { KafkaJSProtocolError } from './kafkajs.js';

const FENCED = [
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'TRANSACTION_COORDINATOR_FENCED',
  'PRODUCER_FENCED',
];

/**
 * The broker says that a newer producer has our transactional id. Making a still newer one at once would fence the
 * rightful owner: only membership of the group decides who that is.
 */
export const isFenced = (error: unknown): boolean => hasType(error, ...FENCED);

/** The group has another generation, or does not know this member any more: only joining again helps. */
export const isMembershipLost = (error: unknown): boolean =>
  hasType(error, 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS');

/** The broker compresses again, or the topic's limit is lower than when it was looked up. */
export const isTooLarge = (error: unknown): boolean =>
  hasType(error, 'MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE');

function hasType(error: unknown, ...types: readonly string[]): boolean {
  for (let cause = error as ErrorLike | undefined; cause; cause = cause.cause)
    if (cause.type !== undefined && types.includes(cause.type)) return true;
  return false;
}

/** Nobody answered, as opposed to an answer that says no. */
function isConnectionError(error: unknown): boolean {
  for (let cause = error as ErrorLike | undefined; cause; cause = cause.cause)
    if (
      /Connection|RequestTimeout|BrokerNotFound|NoBrokerAvailable|DeadlineExceeded/.test(String(cause.name))
    )
      return true;
  return false;
}

/** It may go by itself: nobody answered, or a cluster that does not know yet what another broker has done already. */
export const isTransient = (error: unknown): boolean =>
  isConnectionError(error) || (error as ErrorLike).retriable === true;

interface ErrorLike {
  readonly retriable?: boolean;
  readonly name?: string;
  readonly type?: string;
  readonly cause?: ErrorLike;
}

/** An error that makes kafkajs join the group again, which settles who owns what. */
export function rejoin(message: string): Error {
  const error = new KafkaJSProtocolError(new Error(message));
  return Object.assign(error, { type: 'ILLEGAL_GENERATION', retriable: false });
}

/** An error that kafkajs does not repeat: the consumer stops, and the process with it. */
export function fatal(message: string, cause: Error): Error {
  const error = new KafkaJSProtocolError(new Error(`${message}: ${cause.message}`));
  return Object.assign(error, { cause, retriable: false });
}

/** Neither trying again nor joining again helps: the process has to end. */
export const isFatal = (error: unknown): boolean =>
  (error as ErrorLike).retriable === false && !isMembershipLost(error) && !isFenced(error);

/** Ends a batch without joining again: a consumer that is stopping would otherwise start a rebalance first. */
export function leftBehind(message: string): Error {
  return Object.assign(new KafkaJSProtocolError(new Error(message)), { retriable: true });
}

const FIRST_MS = 100;
const MOST_MS = 5_000;
/** A coordinator that is just loading is no news. */
const SPEAK_AFTER_MS = 1_000;
const SPEAK_EVERY_MS = 10_000;

/** Waiting times that double, with jitter, and a voice that does not flood the log. */
export class Backoff {
  private wait = FIRST_MS;
  private speakAt: number | null = null;

  /** @returns milliseconds to wait before the next attempt. */
  next(): number {
    const wait = this.wait * (0.5 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, MOST_MS);
    return Math.round(wait);
  }

  /** True a second after the first call at the earliest, and then at most once in ten seconds. */
  speaks(now = performance.now()): boolean {
    this.speakAt ??= now + SPEAK_AFTER_MS;
    if (now < this.speakAt) return false;
    this.speakAt = now + SPEAK_EVERY_MS;
    return true;
  }
}
