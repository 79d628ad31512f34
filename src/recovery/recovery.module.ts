import { Module } from '@nestjs/common';
import { AnalyticsModule } from '../analytics/analytics.module.js';
import { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import { RedisStateStore } from '../analytics/redis/redis-state-store.js';
import { StateStore } from '../analytics/state-store.js';
import { SETTINGS } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { GroupGuard } from '../kafka/group-guard.js';
import { KafkaModule } from '../kafka/kafka.module.js';
import { PipelineModule } from '../pipeline/pipeline.module.js';
import { Recount } from '../pipeline/recount.js';
import { EmbeddedStateKeeper } from './embedded-state.keeper.js';
import { SharedStateKeeper } from './shared-state.keeper.js';
import { StateKeeper } from './state-keeper.js';
import { StateKeeperGauges } from './state-keeper-gauges.js';
import { StateRecovery } from './state-recovery.js';

@Module({
  imports: [AnalyticsModule, KafkaModule, PipelineModule],
  providers: [
    StateRecovery,
    {
      provide: StateKeeper,
      inject: [
        ...[StateStore, SETTINGS, StateRecovery],
        ...[ClusterAdmin, GroupGuard, BatchKafkaClient, ConsumerHealth, Recount],
      ],
      useFactory: (
        store: StateStore,
        settings: Settings,
        recovery: StateRecovery,
        admin: ClusterAdmin,
        guard: GroupGuard,
        client: BatchKafkaClient,
        health: ConsumerHealth,
        recount: Recount,
      ): StateKeeper => {
        if (store instanceof DurableStateStore)
          return new EmbeddedStateKeeper(store, settings, { admin, guard, client, health }, recovery);
        if (store instanceof RedisStateStore) return new SharedStateKeeper(store, client, admin, recount);
        return new StateKeeper();
      },
    },
    StateKeeperGauges,
  ],
  exports: [StateKeeper],
})
export class RecoveryModule {}
