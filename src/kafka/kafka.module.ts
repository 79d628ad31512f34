import { Module } from '@nestjs/common';
import { KafkaSettings } from '../config/kafka.settings.js';
import { PauseControl } from '../pipeline/error-limit-port.js';
import { BatchKafkaClient } from './batch-kafka.client.js';
import { BatchKafkaServer } from './batch-kafka.server.js';
import { BROKERS, IMPATIENT_KAFKA } from './brokers.js';
import { ClusterAdmin } from './cluster-admin.js';
import { ConsumerHealth } from './consumer-health.js';
import { createKafka } from './create-kafka.js';
import { GroupGuard } from './group-guard.js';
import { Kafka } from './kafkajs.js';
import { PartitionPauses } from './partition-pauses.js';
import { PausedLag } from './paused-lag.js';
import { PublishingObserver } from './publishing-observer.js';
import { SideProducer } from './side-producer.js';
import { TopicsService } from './topics.service.js';

const CLIENT_ID = 'login-stream';

@Module({
  providers: [
    {
      provide: Kafka,
      inject: [KafkaSettings, BROKERS, PublishingObserver],
      useFactory: (settings: KafkaSettings, brokers: string[], observer: PublishingObserver) =>
        createKafka(settings, brokers, CLIENT_ID, undefined, (partition) => observer.offsetReset(partition)),
    },
    {
      provide: IMPATIENT_KAFKA,
      inject: [KafkaSettings, BROKERS],
      useFactory: (settings: KafkaSettings, brokers: string[]) =>
        createKafka(settings, brokers, CLIENT_ID, { initialRetryTime: 100, maxRetryTime: 500, retries: 2 }),
    },
    ClusterAdmin,
    TopicsService,
    ConsumerHealth,
    GroupGuard,
    BatchKafkaClient,
    BatchKafkaServer,
    PartitionPauses,
    { provide: PauseControl, useExisting: PartitionPauses },
    PausedLag,
    SideProducer,
  ],
  exports: [
    ClusterAdmin,
    TopicsService,
    ConsumerHealth,
    GroupGuard,
    BatchKafkaClient,
    BatchKafkaServer,
    PauseControl,
    SideProducer,
    IMPATIENT_KAFKA,
  ],
})
export class KafkaModule {}
