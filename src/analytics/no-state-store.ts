import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import type { Outcome } from '../pipeline/outcome.js';
import { StatePlan } from './state-plan.js';
import { StateStore } from './state-store.js';
import type { BatchPosition, DueSummary, StateFigures } from './state-store.js';
import type { Summary } from './summary/summary.js';

const NOTHING: StateFigures = {
  rows: { users: 0, devices: 0, duplicates: 0 },
  evictions: { users: 0, devices: 0 },
  overflow: { app_version: 0, locale: 0, device_type: 0, remembered_locale: 0 },
};

/** No state: nothing is counted, and nothing depends on an earlier login. */
@Injectable()
export class NoStateStore extends StateStore implements OnModuleInit {
  readonly figures = NOTHING;

  constructor(private readonly plan: StatePlan) {
    super();
  }

  /** @throws InvalidSettingsError when something has to be remembered */
  onModuleInit(): void {
    const { reasons } = this.plan;
    if (reasons.length > 0)
      throw new InvalidSettingsError(reasons.map((reason) => `STATE_STORE must not be none: ${reason}`));
    new Logger('Analytics').log('Nothing is remembered between logins');
  }

  async apply(_position: BatchPosition, _outcomes: Outcome[]): Promise<readonly DueSummary[]> {
    return [];
  }

  async takeSummary(): Promise<Summary | null> {
    return null;
  }

  resumeSequence(): void {
    // There are no summaries to be numbered.
  }
}
