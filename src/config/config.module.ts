import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { Settings } from './settings.js';
import { settingsGroups } from './settings.js';

/** Provides every class of settings under its class, everywhere: `constructor(private readonly topics: TopicSettings)`. */
@Module({})
export class ConfigModule {
  static forRoot(settings: Settings): DynamicModule {
    const providers = settingsGroups(settings).map(({ type, values }) => ({
      provide: type,
      useValue: values,
    }));
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
