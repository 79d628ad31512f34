import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import type { LateRunner } from '../enrichment/processor-runner.js';
import type { Outcome } from '../pipeline/outcome.js';
import { StateEngine } from './state-engine.js';
import { StatePlan } from './state-plan.js';
import { StateStore } from './state-store.js';
import type { BatchPosition, DueSummary, StateFigures } from './state-store.js';
import { SummaryCadence } from './summary/summary-cadence.js';
import type { Summary } from './summary/summary.js';

/** State in this process's memory: it starts empty when the process starts, and the log says so. */
@Injectable()
export class EmbeddedStateStore extends StateStore implements OnModuleInit {
  private readonly logger = new Logger('Analytics');
  private engine!: StateEngine;

  constructor(
    private readonly settings: AnalyticsSettings,
    private readonly cadence: SummaryCadence,
    private readonly plan: StatePlan,
  ) {
    super();
  }

  /** Makes the tables: what is demanded of them is known when every processor is. */
  onModuleInit(): void {
    this.engine = StateEngine.create(this.settings, this.cadence, this.plan.demand);
    this.logger.warn('State is kept in memory: it starts empty now, and again at each restart');
  }

  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    late: LateRunner | null,
  ): Promise<readonly DueSummary[]> {
    return this.engine.apply(position, outcomes, late);
  }

  async takeSummary(now: number): Promise<Summary | null> {
    return this.engine.takeSummary(now);
  }

  resumeSequence(last: number): void {
    this.engine.resumeSequence(last);
  }

  get figures(): StateFigures {
    return this.engine.figures;
  }
}
