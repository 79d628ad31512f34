import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module.js';
import { ErrorLimitModule } from '../pipeline/error-limit.module.js';
import { AdminGuardModule } from './admin-guard.module.js';
import { PartitionsController } from './partitions.controller.js';
import { RecoveryModule } from '../recovery/recovery.module.js';
import { StateController } from './state.controller.js';

/** What an administrator sees and does over HTTP. */
@Module({
  imports: [AdminGuardModule, KafkaModule, ErrorLimitModule, RecoveryModule],
  controllers: [PartitionsController, StateController],
})
export class AdminModule {}
