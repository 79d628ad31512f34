import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import type { LateRunner } from '../enrichment/processor-runner.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import { Duplicates } from './duplicates.js';
import { LoginTables } from './login-tables.js';
import { StatePlan } from './state-plan.js';
import { StateStore } from './state-store.js';
import type { BatchPosition, DueSummary, StateFigures } from './state-store.js';
import { SummaryCadence } from './summary/summary-cadence.js';
import { Summarizer } from './summary/summarizer.js';
import type { Summary } from './summary/summary.js';
import { Totals } from './summary/totals.js';

const random32 = (): number => randomInt(2 ** 32);

/** State in this process's memory: it starts empty when the process starts, and the log says so. */
@Injectable()
export class EmbeddedStateStore extends StateStore implements OnModuleInit {
  private readonly logger = new Logger('Analytics');
  private totals!: Totals;
  private tables!: LoginTables;
  private duplicates!: Duplicates;
  private summarizer!: Summarizer;

  constructor(
    private readonly settings: AnalyticsSettings,
    private readonly cadence: SummaryCadence,
    private readonly plan: StatePlan,
  ) {
    super();
  }

  /** Makes the tables: what is demanded of them is known when every processor is. */
  onModuleInit(): void {
    const { settings } = this;
    const { demand } = this.plan;
    const key = [random32(), random32()] as const;
    this.totals = new Totals(settings.mapLimit, demand);
    this.tables = new LoginTables(settings, key, demand);
    this.duplicates = new Duplicates(settings, key);
    this.summarizer = new Summarizer(demand.summary);
    this.logger.warn('State is kept in memory: it starts empty now, and again at each restart');
  }

  async apply(
    position: BatchPosition,
    outcomes: Outcome[],
    late: LateRunner | null,
  ): Promise<readonly DueSummary[]> {
    const { totals, tables } = this;
    const { partition, now } = position;
    const every = this.cadence.everyMessages;
    const due: DueSummary[] = [];
    this.summarizer.begin(now);
    for (let index = 0; index < outcomes.length; index++) {
      const outcome = outcomes[index];
      if (outcome instanceof Rejected) totals.countError(outcome.errorType);
      else if (outcome instanceof Filtered) totals.countFiltered(outcome.reason);
      else if (this.duplicates.isDuplicate(outcome, partition)) {
        outcomes[index] = new Filtered(outcome, 'duplicate');
        totals.countFiltered('duplicate');
      } else {
        const login = outcome as EnrichedLogin;
        totals.countProcessed(login);
        if (tables.apply(login)) totals.suspicious++;
        if (late !== null) late(login, position);
        if (every > 0 && totals.processed % every === 0)
          due.push({ summary: this.summarize(now), offset: Number(login.raw.offset) });
      }
    }
    return due;
  }

  async takeSummary(now: number): Promise<Summary | null> {
    return this.summarizer.hasChanged(this.totals) ? this.summarize(now) : null;
  }

  resumeSequence(last: number): void {
    this.summarizer.resume(last);
  }

  get figures(): StateFigures {
    const { users, devices, sharedLocales } = this.tables;
    const { versions, locales, deviceTypes } = this.totals;
    return {
      rows: { users: users?.size ?? 0, devices: devices?.size ?? 0, duplicates: this.duplicates.size },
      evictions: { users: users?.evictions ?? 0, devices: devices?.evictions ?? 0 },
      overflow: {
        app_version: versions.overflow,
        locale: locales.overflow,
        device_type: deviceTypes.overflow,
        remembered_locale: sharedLocales,
      },
    };
  }

  private summarize(now: number): Summary {
    return this.summarizer.next(this.totals, this.tables.figures, now);
  }
}
