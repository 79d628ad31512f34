import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { RiskModule } from '../risk/risk.module.js';
import { ProcessorRegistry } from './processor.registry.js';
import { PROCESSORS } from './processors/index.js';

/** Our processors, and who knows them all. Another module adds processors by providing them: the registry finds them wherever they are. */
@Module({
  imports: [DiscoveryModule, RiskModule],
  providers: [...PROCESSORS, ProcessorRegistry],
  exports: [ProcessorRegistry],
})
export class ProcessorsModule {}
