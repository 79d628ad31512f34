/**
 * `login-stream/processor`: everything that an extension needs to add processors. A field of its own is declared with
 * `declare module 'login-stream/processor' { interface Enrichment { … } }`.
 */
export * from './pipeline/login.js';
export { LoginProcessor } from './enrichment/processor.js';
export type {
  AddedField,
  Adds,
  BatchContext,
  KnownField,
  Processor,
  ProcessorSpec,
  Reads,
} from './enrichment/processor.js';
export { BatchLookup } from './enrichment/batch-lookup.js';
export type { Lookup, LookupContext, LookupSpec } from './enrichment/batch-lookup.js';
export { RecentTimes, RecentValues, recentTimes, recentValues } from './enrichment/state-handles.js';
export type {
  HasState,
  RecentTimesSpec,
  RecentValuesSpec,
  StateHandle,
  StateKey,
} from './enrichment/state-handles.js';
export { Setting } from './config/setting.decorator.js';
export type { SettingOptions, SettingsClass } from './config/setting.decorator.js';
export { Check } from './config/check.decorator.js';
export { flag, integer, list, listOr, oneOf, text } from './config/rule.js';
export type { Rule } from './config/rule.js';
export { defineExtension } from './extensions/extension.js';
export type { Extension } from './extensions/extension.js';

// Only their types, so that the fields that they declare are known to who compiles against this file.
export type * as Processors from './enrichment/processors/index.js';
export type * as Analytics from './analytics/analytics-fields.js';
export type * as Risk from './risk/login-risk.processor.js';
