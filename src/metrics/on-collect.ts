import type { Gauge } from 'prom-client';

/** prom-client calls a metric's `collect` before each scrape; its types only let a constructor set it. */
export function onCollect(gauge: Gauge, collect: () => void): void {
  Object.assign(gauge, { collect });
}
