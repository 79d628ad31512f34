import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module.js';
import { ErrorLimitMetrics } from './error-limit-metrics.js';
import { ErrorLimit } from './error-limit.js';

@Module({
  imports: [KafkaModule],
  providers: [ErrorLimit, ErrorLimitMetrics],
  exports: [ErrorLimit],
})
export class ErrorLimitModule {}
