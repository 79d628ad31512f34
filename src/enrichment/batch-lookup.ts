import { DiscoveryService } from '@nestjs/core';
import type { AddedField, Adds, BatchContext, KnownField, ProcessorSpec, Reads } from './processor.js';

export interface LookupContext extends BatchContext {
  /** Aborted when the time is up or the batch is given up: nobody waits for the answer any more. Pass it on to what you call. */
  readonly signal: AbortSignal;
}

/**
 * Asks something outside the process about all logins of a batch at once. One result for each login, in their order, each with
 * exactly the declared fields. Batches of several partitions are looked up at the same time.
 */
export interface Lookup<Need extends KnownField, Add extends AddedField> {
  // A property, so that the compiler notices undeclared reads: see Processor.
  lookUp: (logins: readonly Reads<Need>[], context: LookupContext) => Promise<readonly Adds<Add>[]>;
}

/** What happens when a look-up throws, takes too long, or answers in another shape. */
export type LookupFailure<Fields> =
  | {
      /** Every login of the batch gets `default`. */
      readonly onFailure: 'default';
      /** The value of each field that the look-up adds. */
      readonly default: Readonly<Fields>;
    }
  | {
      /** It is tried again until it works: the partition waits as long. */
      readonly onFailure: 'wait';
      readonly default?: undefined;
    };

/** The limits of a look-up, its types gone. */
export type LookupRules = { readonly timeoutMs: number } & LookupFailure<Record<string, unknown>>;

export type LookupSpec<
  Need extends readonly KnownField[] = readonly KnownField[],
  Add extends readonly AddedField[] = readonly AddedField[],
> = ProcessorSpec<Need, Add> & {
  /** How long a batch waits for one answer, in milliseconds: more than 0. */
  readonly timeoutMs: number;
} & LookupFailure<Adds<Add[number]>>;

/** Where the spec is kept on the class, and how the registry finds it. */
export const lookupMetadata = DiscoveryService.createDecorator<ProcessorSpec & LookupRules>();

/**
 * Declares a class an asynchronous processor: it runs once for each batch, before state is applied. It may need what is received
 * and what synchronous processors make of that; what it adds never becomes state.
 */
export function BatchLookup<
  const Need extends readonly KnownField[],
  const Add extends readonly AddedField[],
>(spec: LookupSpec<Need, Add>) {
  return (target: new (...dependencies: never[]) => Lookup<Need[number], Add[number]>): void => {
    lookupMetadata(spec as ProcessorSpec & LookupRules)(target);
  };
}
