import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceChild } from './service-child.js';
import type { Traffic } from './traffic.js';

const TERMINAL_EVERY_MS = 1_000;
const LINES_EVERY_MS = 5_000;

/** Figures of the running service: one line that is written over on a terminal, else a line every five seconds. */
export async function showFigures(
  service: ServiceChild,
  traffic: Traffic,
  out: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now();
  let before = { at: start, received: 0 };
  while (!signal.aborted) {
    await sleep(out.isTTY ? TERMINAL_EVERY_MS : LINES_EVERY_MS, undefined, { signal }).catch(() => undefined);
    const scrape = await service.scrape().catch(() => null);
    if (scrape === null || signal.aborted) continue;
    const now = performance.now();
    const received = scrape.sum('login_stream_received_total');
    const [processed, filtered, errors] = ['processed', 'filtered', 'error'].map((outcome) =>
      scrape.sum('login_stream_records_total', `outcome="${outcome}"`),
    );
    const lag = scrape.sum('login_stream_lag_records');
    const rate = Math.round((received - before.received) / ((now - before.at) / 1000));
    before = { at: now, received };
    const text =
      `${String(Math.round((now - start) / 1000)).padStart(4)} s  produced ${traffic.produced}  ` +
      `processed ${processed}  filtered ${filtered}  errors ${errors}  lag ${lag}  ${rate}/s`;
    out.write(out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
  }
  if (out.isTTY) out.write('\n');
}
