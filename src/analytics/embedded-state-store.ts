import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { BoundedCounter } from './bounded-counter.js';
import { StateStore } from './state-store.js';
import type { BatchPosition } from './state-store.js';

/** State in this process's memory: totals start at zero when the process starts, and the log says so. */
@Injectable()
export class EmbeddedStateStore extends StateStore implements OnModuleInit {
  private readonly logger = new Logger('Analytics');
  private readonly versions: BoundedCounter;
  private readonly locales: BoundedCounter;
  private readonly deviceTypes: BoundedCounter;
  private mostCommonDeviceType = '';
  private mostCommonCount = 0;

  constructor({ mapLimit }: AnalyticsSettings) {
    super();
    this.versions = new BoundedCounter(mapLimit);
    this.locales = new BoundedCounter(mapLimit);
    this.deviceTypes = new BoundedCounter(mapLimit);
  }

  onModuleInit(): void {
    this.logger.warn('Totals are kept in memory: they start at zero now, and again at each restart');
  }

  async apply(_position: BatchPosition, logins: readonly Login[]): Promise<void> {
    for (const login of logins as readonly EnrichedLogin[]) {
      login.total_logins_for_version = this.versions.add(login.app_version).count;
      login.total_logins_from_locale = this.locales.add(login.locale).count;
      this.countDeviceType(login.device_type_lower);
      login.most_common_device_type = this.mostCommonDeviceType;
    }
  }

  /** Counts only grow, so the most common one can only change to the one just counted. */
  private countDeviceType(deviceType: string): void {
    const { key, count } = this.deviceTypes.add(deviceType);
    if (count < this.mostCommonCount) return;
    if (count > this.mostCommonCount || key < this.mostCommonDeviceType) this.mostCommonDeviceType = key;
    this.mostCommonCount = count;
  }
}
