import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { METRICS } from '../metrics/metric-definitions.js';
import { onCollect } from '../metrics/on-collect.js';
import { StateKeeper } from './state-keeper.js';

/** How the state is kept, read when Prometheus asks. */
@Injectable()
export class StateKeeperGauges {
  constructor(
    keeper: StateKeeper,
    @InjectMetric(METRICS.stateBytes.name) bytes: Gauge,
    @InjectMetric(METRICS.checkpointTime.name) checkpointTime: Gauge,
    @InjectMetric(METRICS.checkpointBytes.name) checkpointBytes: Gauge,
    @InjectMetric(METRICS.checkpointPause.name) checkpointPause: Gauge,
    @InjectMetric(METRICS.checkpointDuration.name) checkpointDuration: Gauge,
    @InjectMetric(METRICS.checkpointFailures.name) checkpointFailures: Gauge,
    @InjectMetric(METRICS.stateTrouble.name) trouble: Gauge,
    @InjectMetric(METRICS.recoveredRecords.name) recovered: Gauge,
    @InjectMetric(METRICS.stateLosses.name) losses: Gauge,
  ) {
    const read = (gauge: Gauge, value: () => number) => onCollect(gauge, () => gauge.set(value()));
    read(bytes, () => keeper.rememberedBytes);
    read(checkpointTime, () => (keeper.figures?.at ?? 0) / 1000);
    read(checkpointBytes, () => keeper.figures?.bytes ?? 0);
    read(checkpointPause, () => keeper.figures?.pauseSeconds ?? 0);
    read(checkpointDuration, () => keeper.figures?.seconds ?? 0);
    read(checkpointFailures, () => keeper.figures?.failures ?? 0);
    read(trouble, () => (keeper.trouble === null ? 0 : 1));
    read(recovered, () => keeper.recovered.records);
    read(losses, () => keeper.recovered.losses.length);
  }
}
