import type { LookupContext, LookupRules } from './batch-lookup.js';
import type { BatchContext, ProcessorSpec } from './processor.js';
import type { StateHandle } from './state-handles.js';

/** What holds of every processor; the types of its fields are gone: they were checked where its class was declared. */
interface Declared {
  readonly name: string;
  readonly spec: Readonly<Record<'needs' | 'adds', readonly string[]>> & Pick<ProcessorSpec, 'summary'>;
}

/** A processor that is called for each login. */
export interface SyncProcessor extends Declared {
  readonly instance: { process(login: object, add: object, context: BatchContext): void };
  /** What it remembers, by the names of its handles. */
  readonly state: Readonly<Record<string, StateHandle>>;
}

/** A processor that is called for each batch. */
export interface LookupProcessor extends Declared {
  readonly instance: {
    lookUp(logins: readonly object[], context: LookupContext): Promise<readonly object[]>;
  };
  readonly rules: LookupRules;
}

/** A processor as the registry sees it. */
export type RegisteredProcessor = SyncProcessor | LookupProcessor;

export const isLookup = (processor: RegisteredProcessor): processor is LookupProcessor =>
  'rules' in processor;

/** The fields whose values a processor has the store remember. */
export const rememberedBy = (processor: RegisteredProcessor): string[] =>
  isLookup(processor)
    ? []
    : Object.values(processor.state).flatMap(({ spec }) => ('of' in spec ? [spec.of] : []));
