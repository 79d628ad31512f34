import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EnrichStage } from './enrich.stage.js';
import { ProcessorRegistry } from './processor.registry.js';
import { PROCESSORS } from './processors/index.js';

/**
 * Our processors, and the stage that runs them. Another module adds processors by providing them: the
 * registry finds them wherever they are.
 */
@Module({
  imports: [DiscoveryModule],
  providers: [...PROCESSORS, ProcessorRegistry, EnrichStage],
  exports: [ProcessorRegistry, EnrichStage],
})
export class EnrichmentModule {}
