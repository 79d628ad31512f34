import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { Settings } from './settings.js';
import { settingsGroups } from './settings.js';

/** Token of all settings together, for what concerns them as a whole. */
export const SETTINGS = Symbol('SETTINGS');

/** Provides every class of settings under its class, everywhere: `constructor(private readonly topics: TopicSettings)`. */
@Module({})
export class ConfigModule {
  static forRoot(settings: Settings): DynamicModule {
    const providers = [
      ...settingsGroups(settings).map(({ type, values }) => ({ provide: type, useValue: values })),
      { provide: SETTINGS, useValue: settings },
    ];
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
