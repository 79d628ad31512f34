import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { METRICS } from '../metrics/metric-definitions.js';
import { onCollect } from '../metrics/on-collect.js';
import { StateStore } from './state-store.js';

/** How full the state is, read when Prometheus asks. */
@Injectable()
export class StateGauges {
  constructor(
    state: StateStore,
    @InjectMetric(METRICS.stateRows.name) rows: Gauge,
    @InjectMetric(METRICS.stateEvictions.name) evictions: Gauge,
    @InjectMetric(METRICS.stateOverflow.name) overflow: Gauge,
  ) {
    onCollect(rows, () => {
      for (const [table, count] of Object.entries(state.figures.rows)) rows.set({ table }, count);
    });
    onCollect(evictions, () => {
      for (const [table, count] of Object.entries(state.figures.evictions)) evictions.set({ table }, count);
    });
    onCollect(overflow, () => {
      for (const [map, count] of Object.entries(state.figures.overflow)) overflow.set({ map }, count);
    });
  }
}
