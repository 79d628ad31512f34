import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { SettingsClass } from './setting.decorator.js';
import type { Settings } from './settings.js';
import { SETTINGS_CLASSES } from './settings.js';

/** Provides every class of settings under its class, everywhere: `constructor(private readonly topics: TopicSettings)`. */
@Module({})
export class ConfigModule {
  static forRoot(settings: Settings): DynamicModule {
    const instances = new Map<string, object>(Object.entries(settings));
    const providers = Object.entries<SettingsClass>(SETTINGS_CLASSES).map(([key, type]) => ({
      provide: type,
      useValue: instances.get(key),
    }));
    return { module: ConfigModule, global: true, providers, exports: providers };
  }
}
