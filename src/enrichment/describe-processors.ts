import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../config/config.module.js';
import type { Settings } from '../config/settings.js';
import type { Phase } from './processor-phases.js';
import { ProcessorRegistry } from './processor.registry.js';
import { ProcessorsModule } from './processors.module.js';
import { isLookup } from './registered-processor.js';
import type { StateHandle } from './state-handles.js';

export interface ProcessorDescription {
  readonly name: string;
  readonly phase: Phase;
  readonly needs: readonly string[];
  readonly adds: readonly string[];
  /** What it remembers, one phrase for each handle. */
  readonly remembers: readonly string[];
  readonly summary: string;
}

/** What the docs list: every processor of the service with these settings, in an order in which they can run. */
export async function describeProcessors(settings: Settings): Promise<ProcessorDescription[]> {
  @Module({ imports: [ConfigModule.forRoot(settings), ProcessorsModule] })
  class DescriptionModule {}
  const app = await NestFactory.createApplicationContext(DescriptionModule, {
    logger: false,
    abortOnError: false,
  });
  const registry = app.get(ProcessorRegistry);
  const descriptions = registry.all().map((processor) => ({
    name: processor.name,
    phase: registry.phaseOf(processor),
    needs: processor.spec.needs,
    adds: processor.spec.adds,
    remembers: isLookup(processor) ? [] : Object.values(processor.state).map(phraseOf),
    summary: processor.spec.summary,
  }));
  await app.close();
  return descriptions;
}

function phraseOf({ spec }: StateHandle): string {
  const whose = spec.per === 'user_id' ? 'the user' : 'the device';
  return 'of' in spec ? `${spec.keep} \`${spec.of}\` of ${whose}` : `${spec.keep} times of ${whose}`;
}
