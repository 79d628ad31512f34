import 'reflect-metadata';
import { processorMetadata } from './processor.js';
import type { ProcessorSpec } from './processor.js';
import { PROCESSORS } from './processors/index.js';

export interface ProcessorDescription extends Pick<ProcessorSpec, 'summary'> {
  readonly name: string;
  readonly needs: readonly string[];
  readonly adds: readonly string[];
}

/** What the docs list. It reads the declarations only, so nothing has to be booted. */
export function describeProcessors(
  processors: readonly (new (...dependencies: never[]) => object)[] = PROCESSORS,
): ProcessorDescription[] {
  return processors.map((type) => {
    const spec: ProcessorSpec | undefined = Reflect.getMetadata(processorMetadata.KEY, type);
    if (spec === undefined) throw new Error(`${type.name} is not a processor.`);
    const { needs, adds, summary } = spec;
    return { name: type.name, needs, adds, summary };
  });
}
