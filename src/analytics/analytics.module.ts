import { Module } from '@nestjs/common';
import { KafkaSettings } from '../config/kafka.settings.js';
import { RedisSettings } from '../config/redis.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import { StateSettings } from '../config/state.settings.js';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import { DurableStateStore } from './durable/durable-state-store.js';
import { NoStateStore } from './no-state-store.js';
import { RedisStateStore } from './redis/redis-state-store.js';
import { StateGauges } from './state-gauges.js';
import { StatePlan } from './state-plan.js';
import { StatePlanModule } from './state-plan.module.js';
import { StateStore } from './state-store.js';
import { SummaryCadence } from './summary/summary-cadence.js';

@Module({
  imports: [StatePlanModule],
  providers: [
    {
      provide: StateStore,
      inject: [
        StateSettings,
        AnalyticsSettings,
        SummaryCadence,
        StatePlan,
        RedisSettings,
        KafkaSettings,
        TopicSettings,
      ],
      useFactory: (
        { stateStore }: StateSettings,
        settings: AnalyticsSettings,
        cadence: SummaryCadence,
        plan: StatePlan,
        redis: RedisSettings,
        { groupId: group }: KafkaSettings,
        { input: topic }: TopicSettings,
      ): StateStore => {
        if (stateStore === 'none') return new NoStateStore(plan);
        if (stateStore === 'embedded') return new DurableStateStore(settings, cadence, plan);
        return new RedisStateStore(settings, cadence, plan, redis, { group, topic });
      },
    },
    StateGauges,
  ],
  exports: [StateStore, StatePlanModule],
})
export class AnalyticsModule {}
