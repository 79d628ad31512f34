import { Injectable } from '@nestjs/common';
import { FilterSettings } from '../config/filter.settings.js';
import type { Login } from '../pipeline/login.js';
import type { FilterReason } from '../pipeline/outcome.js';

const ALL = '*';

/** Says which valid logins are not wanted, and why: the first reason that applies. */
@Injectable()
export class FilterStage {
  private readonly deviceTypes: ReadonlySet<string> | typeof ALL;
  private readonly appVersions: ReadonlySet<string> | typeof ALL;
  private readonly maxAgeMs: number;

  constructor({ deviceTypes, appVersions, maxMessageAgeSeconds }: FilterSettings) {
    this.deviceTypes = deviceTypes === ALL ? ALL : new Set(deviceTypes);
    this.appVersions = appVersions === ALL ? ALL : new Set(appVersions);
    this.maxAgeMs = maxMessageAgeSeconds === 0 ? Infinity : maxMessageAgeSeconds * 1000;
  }

  /** @returns null for a login that passes. */
  reason(login: Login): FilterReason | null {
    if (this.deviceTypes !== ALL && !this.passesDeviceType(login.device_type)) return 'filtered_device_type';
    if (this.appVersions !== ALL && !this.appVersions.has(login.app_version)) return 'filtered_app_version';
    // Age is arrival minus event time; the wall clock would decide otherwise at a replay.
    if (this.maxAgeMs !== Infinity && Number(login.raw.timestamp) - login.event_time * 1000 > this.maxAgeMs)
      return 'filtered_age';
    return null;
  }

  private passesDeviceType(deviceType: string): boolean {
    const passing = this.deviceTypes as ReadonlySet<string>;
    return passing.has(deviceType) || passing.has(deviceType.toLowerCase());
  }
}
