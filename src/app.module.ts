import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { AdminModule } from './admin/admin.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import type { LoadedExtension } from './extensions/extension.js';
import { ExtensionsModule } from './extensions/extensions.module.js';
import { HealthModule } from './health/health.module.js';
import { BROKERS } from './kafka/brokers.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { MetricsRecordsModule } from './metrics/metrics-records.module.js';
import { PipelineModule } from './pipeline/pipeline.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { RecoveryModule } from './recovery/recovery.module.js';

@Global()
@Module({})
export class AppModule {
  /** @param brokers `host:port` of at least one broker */
  static forRoot(
    settings: Settings,
    brokers: readonly string[],
    extensions: readonly LoadedExtension[],
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot(settings),
        ProfilesModule,
        MetricsModule,
        PipelineModule,
        RecoveryModule,
        MetricsRecordsModule,
        HealthModule,
        AdminModule,
        ExtensionsModule.forRoot(extensions),
      ],
      providers: [{ provide: BROKERS, useValue: brokers }],
      exports: [BROKERS],
    };
  }
}
