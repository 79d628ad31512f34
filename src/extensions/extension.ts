import type { DynamicModule, Type } from '@nestjs/common';
import type { SettingsClass } from '../config/setting.decorator.js';

/** What the entry of an extension exports by default, unless it has no settings: then the class of the module will do. */
export interface Extension {
  /** Provides the processors, itself or through modules that it imports. */
  readonly module: Type<object> | DynamicModule;
  /** Classes with `@Setting()` properties: validated with the service's own, and injected by class. */
  readonly settings?: readonly SettingsClass[];
}

/** Checks the types of what the entry exports: `export default defineExtension({ module: AcmeModule })`. */
export const defineExtension = (extension: Extension): Extension => extension;

/** An extension that could be loaded. */
export interface LoadedExtension extends Required<Extension> {
  /** As `PROCESSOR_MODULES` names it. */
  readonly entry: string;
}
