import { DiscoveryService } from '@nestjs/core';
import type { Enrichment, Login } from '../pipeline/login.js';

/** A field that some processor adds: every processor's file extends `Enrichment` with its own. */
export type AddedField = keyof Enrichment;
export type KnownField = keyof Login | AddedField;

/** Fixed once per batch, so that all logins of a batch agree. */
export interface BatchContext {
  /** Wall clock in milliseconds. Only `processed_timestamp` and delays may depend on it, or a replay would differ. */
  readonly now: number;
}

/** What a processor may read: the login as received, and the added fields it names. */
export type Reads<Field extends KnownField> = Login & Readonly<Pick<Enrichment, Field & AddedField>>;

/** Where a processor writes: exactly the fields it names. */
export type Adds<Field extends AddedField> = Pick<Enrichment, Field>;

/**
 * Adds fields to one login. At run time `login` and `add` are the same object: 100,000 logins pass per
 * second, so a processor allocates no result. It is synchronous, never throws on a valid login, and always
 * writes all of its fields, so that every login keeps the same hidden class.
 */
export interface Processor<Need extends KnownField, Add extends AddedField> {
  // A property, because TypeScript compares the parameters of methods bivariantly and would let undeclared reads
  // pass. `void | undefined`, because a function to plain `void` may be asynchronous.
  process: (login: Reads<Need>, add: Adds<Add>, context: BatchContext) => void | undefined;
}

export interface ProcessorSpec<
  Need extends readonly KnownField[] = readonly KnownField[],
  Add extends readonly AddedField[] = readonly AddedField[],
> {
  /** Every field that `process` reads, received or added. Required, even when empty. */
  readonly needs: Need;
  /** Every field that `process` writes. */
  readonly adds: Add;
  /** One line for people: the docs list it. */
  readonly summary: string;
}

/** Where the spec is kept on the class, and how the registry finds it. */
export const processorMetadata = DiscoveryService.createDecorator<ProcessorSpec>();

/**
 * Declares a class a processor. It needs no `@Injectable()`: any decorator makes TypeScript record
 * the constructor's types, so settings are injected as usual.
 */
export function LoginProcessor<
  const Need extends readonly KnownField[],
  const Add extends readonly AddedField[],
>(spec: ProcessorSpec<Need, Add>) {
  return (target: new (...dependencies: never[]) => Processor<Need[number], Add[number]>): void => {
    processorMetadata(spec)(target);
  };
}
