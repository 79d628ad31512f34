import { Module } from '@nestjs/common';
import { EmbeddedStateStore } from './embedded-state-store.js';
import { StateStore } from './state-store.js';

@Module({
  providers: [{ provide: StateStore, useClass: EmbeddedStateStore }],
  exports: [StateStore],
})
export class AnalyticsModule {}
