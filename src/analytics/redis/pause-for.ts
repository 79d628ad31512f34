import { setTimeout as sleep } from 'node:timers/promises';

/** Ends early, and throws the reason, when one of the signals is aborted. */
export async function pauseFor(ms: number, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const given = signals.filter((signal) => signal !== undefined);
  await sleep(ms, undefined, { signal: AbortSignal.any(given) }).catch(() => undefined);
  for (const signal of given) signal.throwIfAborted();
}
