import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module.js';
import { MetricsRecorder } from './metrics-recorder.js';
import { MetricsReporter } from './metrics-reporter.js';

/** Apart from the Prometheus metrics, which Kafka's transport itself counts in: this needs the transport. */
@Module({
  imports: [KafkaModule],
  providers: [MetricsRecorder, MetricsReporter],
  exports: [MetricsReporter],
})
export class MetricsRecordsModule {}
