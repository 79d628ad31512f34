import { AdminSettings } from './admin.settings.js';
import { AnalyticsSettings } from './analytics.settings.js';
import { BrokerSettings } from './broker.settings.js';
import { CadenceSettings } from './cadence.settings.js';
import { DeliverySettings } from './delivery.settings.js';
import { EnrichmentSettings } from './enrichment.settings.js';
import { ErrorLimitSettings } from './error-limit.settings.js';
import { ExtensionSettings } from './extension.settings.js';
import { FilterSettings } from './filter.settings.js';
import { HttpSettings } from './http.settings.js';
import { InputSettings } from './input.settings.js';
import { KafkaSettings } from './kafka.settings.js';
import { LogSettings } from './log.settings.js';
import { PrivacySettings } from './privacy.settings.js';
import { ProcessSettings } from './process.settings.js';
import { ProfileSettings } from './profile.settings.js';
import { RedisSettings } from './redis.settings.js';
import { RiskSettings } from './risk.settings.js';
import type { SettingDefinition, SettingsClass } from './setting.decorator.js';
import { settingsOf } from './setting.decorator.js';
import { StateSettings } from './state.settings.js';
import { TopicSettings } from './topic.settings.js';

/** Every class of settings, in the order of the documentation. A new class is added here and nowhere else. */
export const SETTINGS_CLASSES = {
  profile: ProfileSettings,
  extension: ExtensionSettings,
  kafka: KafkaSettings,
  broker: BrokerSettings,
  topic: TopicSettings,
  delivery: DeliverySettings,
  input: InputSettings,
  errorLimit: ErrorLimitSettings,
  filter: FilterSettings,
  enrichment: EnrichmentSettings,
  privacy: PrivacySettings,
  analytics: AnalyticsSettings,
  state: StateSettings,
  redis: RedisSettings,
  risk: RiskSettings,
  cadence: CadenceSettings,
  http: HttpSettings,
  admin: AdminSettings,
  log: LogSettings,
  process: ProcessSettings,
} as const satisfies Record<string, SettingsClass>;

/** All settings, validated and frozen. */
export type Settings = {
  readonly [K in keyof typeof SETTINGS_CLASSES]: InstanceType<(typeof SETTINGS_CLASSES)[K]>;
} & {
  /** One instance of each class of settings that extensions bring. */
  readonly ofExtensions: readonly object[];
};

/** A class of settings and its values. */
export interface SettingsGroup {
  readonly type: SettingsClass;
  readonly values: object;
}

/** Ours in the order of the documentation, then those of extensions. */
export function settingsGroups(settings: Settings): readonly SettingsGroup[] {
  const { ofExtensions, ...ours } = settings;
  const values = new Map<string, object>(Object.entries(ours));
  return [
    ...Object.entries<SettingsClass>(SETTINGS_CLASSES).map(([key, type]) => ({
      type,
      values: values.get(key) ?? {},
    })),
    ...ofExtensions.map((instance) => ({ type: instance.constructor as SettingsClass, values: instance })),
  ];
}

/** Every setting, in the order of the documentation. */
export function allSettings(): readonly SettingDefinition[] {
  return Object.values<SettingsClass>(SETTINGS_CLASSES).flatMap(settingsOf);
}

/** The variable that names a file with the value of a secret. */
export const fileVariable = (name: string) => `${name}_FILE`;
