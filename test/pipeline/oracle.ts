import { DEFAULTS, FIELDS, decodeFaults, fieldFaults } from './oracle-fields.js';
import type { Faults, JsonObject, OracleSettings } from './oracle-fields.js';
import type { AnalyticsFields } from '../../src/analytics/model.testing.js';
import type { ModelLogin } from '../../src/analytics/model-login.testing.js';
import { StateModelWithRisk } from '../../src/risk/model.testing.js';
import {
  dayOfWeek,
  hourOfDay,
  ipCategory,
  ipCountry,
  normalizedTimestamp,
  privateDeviceId,
  privateIp,
  region,
} from './oracle-facts.js';

/**
 * A second implementation of the standard profile's rules, to judge whole runs: from the contract, in plain code, sharing
 * nothing with what it judges. It says what one record must become by itself; what it becomes because of the records
 * before it is the business of {@link Oracle.newState}.
 */
export class Oracle {
  private readonly settings: OracleSettings;

  constructor(settings: Partial<OracleSettings> = {}) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  /** @param arrival time of the record in Kafka, in milliseconds */
  judge(value: Buffer | null, arrival: number): Judgement {
    const broken = decodeFaults(value, this.settings);
    if (broken.length > 0) return rejected(broken[0].split(' ')[1], broken);
    const content = JSON.parse(String(value)) as JsonObject;
    const faults = fieldFaults(content, this.settings);
    if (faults.length > 0) return rejected(fieldErrorType(faults), faults);
    const login = content as unknown as OracleLogin;
    const eventTime = Number(login.timestamp);
    const age = arrival - eventTime * 1000;
    if (-age > this.settings.MAX_FUTURE_SECONDS * 1000)
      return rejected('future_timestamp', ['timestamp future_timestamp']);
    const reason = this.filterReason(login, age);
    if (reason !== null) return { outcome: 'filtered', reason, content: this.passedOn(login) };
    return {
      outcome: 'processed',
      login,
      record: this.processed(login, eventTime),
      content: this.passedOn(login),
      seen: {
        ...login,
        device_type: login.device_type.toLowerCase(),
        region: region(login.locale),
        ip_country: ipCountry(login.ip),
        event_time: eventTime,
        value: String(value),
        arrival,
      },
    };
  }

  /** What the service remembers, to which logins are applied in the order in which the service did. */
  newState(): StateModelWithRisk {
    const { settings } = this;
    return new StateModelWithRisk({
      dedupeSeconds: settings.DEDUPE_SECONDS,
      windowSeconds: settings.ANALYTICS_WINDOW_SECONDS,
      gapSeconds: settings.SESSION_GAP_SECONDS,
      mapLimit: settings.MAP_LIMIT,
    });
  }

  private filterReason(login: OracleLogin, age: number): string | null {
    const { DEVICE_TYPES, APP_VERSIONS, MAX_MESSAGE_AGE_SECONDS } = this.settings;
    if (DEVICE_TYPES !== '*' && !DEVICE_TYPES.includes(login.device_type.toLowerCase()))
      return 'filtered_device_type';
    if (APP_VERSIONS !== '*' && !APP_VERSIONS.includes(login.app_version)) return 'filtered_app_version';
    if (MAX_MESSAGE_AGE_SECONDS > 0 && age > MAX_MESSAGE_AGE_SECONDS * 1000) return 'filtered_age';
    return null;
  }

  /** The login after privacy, in our order, with its kept unknown fields behind. */
  private passedOn(login: OracleLogin): JsonObject {
    const unknown = Object.entries(login).filter(([name]) => !FIELDS.includes(name));
    return {
      user_id: login.user_id,
      app_version: login.app_version,
      device_type: login.device_type,
      ip: privateIp(login.ip, this.settings),
      locale: login.locale,
      device_id: privateDeviceId(login.device_id, this.settings),
      timestamp: login.timestamp,
      ...(this.settings.UNKNOWN_FIELDS === 'keep' && Object.fromEntries(unknown)),
    };
  }

  /** All but the analytics and what depends on the wall clock. */
  private processed(login: OracleLogin, eventTime: number): Processed {
    const [app_version_major, app_version_minor, app_version_patch] = login.app_version
      .split('.')
      .map(Number);
    const facts = {
      normalized_timestamp: normalizedTimestamp(eventTime),
      day_of_week: dayOfWeek(eventTime),
      hour_of_day: hourOfDay(eventTime),
      app_version_major,
      app_version_minor,
      app_version_patch,
      region: region(login.locale),
      ip_category: ipCategory(login.ip),
      ip_country: ipCountry(login.ip),
    };
    const passedOn = { ...this.passedOn(login), device_type: login.device_type.toLowerCase() };
    return (processedAt, analytics) => {
      const ours = {
        processed_timestamp: processedAt,
        processing_delay_seconds: processedAt - eventTime,
        ...facts,
        ...analytics,
      };
      // A kept field with the name of one of ours gives way: ours stands in our place.
      const kept = Object.entries(passedOn).filter(([name]) => !Object.hasOwn(ours, name));
      return { ...Object.fromEntries(kept), ...ours };
    };
  }
}

export interface OracleLogin {
  readonly user_id: string;
  readonly app_version: string;
  readonly device_type: string;
  readonly ip: string;
  readonly locale: string;
  readonly device_id: string;
  readonly timestamp: number | string;
}

/** The record, given the second at which it was written and what the state says of it at its turn. */
export type Processed = (processedAt: number, analytics: AnalyticsFields) => JsonObject;

/** A login as the state sees it, but for where it stood. */
export type SeenLogin = Omit<ModelLogin, 'partition' | 'offset'>;

export type Judgement =
  | {
      readonly outcome: 'processed';
      readonly login: OracleLogin;
      readonly record: Processed;
      /** What its filtered record holds if it turns out to be a duplicate. */
      readonly content: JsonObject;
      readonly seen: SeenLogin;
    }
  | { readonly outcome: 'filtered'; readonly reason: string; readonly content: JsonObject }
  | { readonly outcome: 'error'; readonly type: string; readonly faults: Faults };

const rejected = (type: string, faults: Faults): Judgement => ({ outcome: 'error', type, faults });

function fieldErrorType(faults: Faults): string {
  if (faults.some((fault) => fault.endsWith(' missing'))) return 'missing_fields';
  return faults.every((fault) => fault.endsWith(' unknown')) ? 'unknown_fields' : 'invalid_fields';
}
