import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StoreLayout } from '../../../analytics/redis/store-layout.js';
import { StatePlan } from '../../../analytics/state-plan.js';
import { StatePlanModule } from '../../../analytics/state-plan.module.js';
import { SummaryCadence } from '../../../analytics/summary/summary-cadence.js';
import { ConfigModule } from '../../../config/config.module.js';
import { ExtensionsModule } from '../../../extensions/extensions.module.js';
import { MetricsModule } from '../../../metrics/metrics.module.js';
import { ProfilesModule } from '../../../profiles/profiles.module.js';
import type { CommandEnvironment } from '../../support/settings.js';

/** What the service works out its state from: the profile, and all processors. */
@Module({})
class WantedStateModule {
  static for({ settings, extensions }: CommandEnvironment): DynamicModule {
    return {
      module: WantedStateModule,
      imports: [
        ConfigModule.forRoot(settings),
        ProfilesModule,
        MetricsModule,
        StatePlanModule,
        ExtensionsModule.forRoot(extensions),
      ],
    };
  }
}

/** What the service would keep in Redis with these settings. */
export async function wantedLayout(environment: CommandEnvironment): Promise<StoreLayout> {
  const options = { logger: false, abortOnError: false } as const;
  const app = await NestFactory.createApplicationContext(WantedStateModule.for(environment), options);
  try {
    const { topic, analytics } = environment.settings;
    const { everyMessages } = app.get(SummaryCadence, { strict: false });
    const { demand } = app.get(StatePlan, { strict: false });
    return new StoreLayout(topic.input, analytics, everyMessages, demand);
  } finally {
    await app.close();
  }
}
