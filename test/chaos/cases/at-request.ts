import { ApiKey } from '../../support/fault-proxy.js';
import type { Stage } from '../stage/stage.js';

/** Not every start has every request; then it happens all the same, at some instant. */
const LONGEST_WAIT_MS = 15_000;

/** What a transaction of the service is made of, in order. */
const PARTS: readonly number[] = [
  ApiKey.AddPartitionsToTxn,
  ApiKey.AddOffsetsToTxn,
  ApiKey.Produce,
  ApiKey.TxnOffsetCommit,
  ApiKey.EndTxn,
];

/** What a process sends before the first one: it finds out where it stands, reads again what it forgot, fences, and joins. */
const START: readonly number[] = [
  ApiKey.OffsetFetch,
  ApiKey.ListOffsets,
  ApiKey.InitProducerId,
  ApiKey.JoinGroup,
  ApiKey.Fetch,
];

/**
 * Does something at the instant at which the service sends one of the requests that its work is made of, of whatever partition.
 * The request arrives at the broker at once, or so late that what comes after the deed may be there before it.
 *
 * @param starting the service has just been started
 */
export async function atSomeRequest(stage: Stage, deed: () => void, starting = false): Promise<void> {
  const { random } = stage;
  const apiKey = random.oneOf(starting ? [...START, ...PARTS] : PARTS);
  // Some of them are sent only once.
  let left = START.includes(apiKey) && apiKey !== ApiKey.Fetch ? 1 : random.between(1, 40);
  const delay = random.chance(0.5) ? 0 : random.between(1, 3_000);
  let done = false;
  const stop = stage.broker.proxy.onRequest(apiKey, async () => {
    if (--left !== 0) return;
    deed();
    done = true;
    if (delay > 0) await stage.progress.pause(delay).catch(() => undefined);
  });
  const isDone = () => done;
  await stage.progress.until('the request', isDone, LONGEST_WAIT_MS).catch(deed).finally(stop);
}
