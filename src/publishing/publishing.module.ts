import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module.js';
import { OutcomeEncoder } from './outcome-encoder.js';
import { SizeGuard } from './size-guard.js';

@Module({
  imports: [KafkaModule],
  providers: [OutcomeEncoder, SizeGuard],
  exports: [OutcomeEncoder, SizeGuard],
})
export class PublishingModule {}
