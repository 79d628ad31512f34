import type { LookupContext } from '../../enrichment/batch-lookup.js';
import type { BatchContext } from '../../enrichment/processor.js';
import type { HasState } from '../../enrichment/state-handles.js';
import type { EnrichedLogin, Enrichment } from '../../pipeline/login.js';
import { Memory } from './memory.js';

export interface RunOptions {
  /** The wall clock, in milliseconds. */
  readonly now?: number;
}

/** Of any fields: what a class decorated as a processor has. */
export interface AnyProcessor extends Partial<HasState> {
  process(login: never, add: never, context: BatchContext): void;
}

/** Of any fields: what a class decorated as a look-up has. */
export interface AnyLookup {
  lookUp(logins: readonly never[], context: LookupContext): Promise<readonly object[]>;
}

const USUAL_NOW = 1_711_302_640_000;

/**
 * Runs a processor over logins in their order, with what it remembers of users and devices from one to the next.
 *
 * @returns what it adds to each
 */
export function runProcessor(
  processor: AnyProcessor,
  logins: readonly EnrichedLogin[],
  { now = USUAL_NOW }: RunOptions = {},
): Partial<Enrichment>[] {
  const memory = new Memory(Object.values(processor.state ?? {}));
  return logins.map((login) => {
    const add = {};
    memory.show(login);
    processor.process(login as never, add as never, { now });
    memory.merge(login);
    return add;
  });
}

/**
 * Asks a look-up once about all logins; it is never aborted.
 *
 * @returns what it adds to each
 */
export async function runLookup(
  lookup: AnyLookup,
  logins: readonly EnrichedLogin[],
  { now = USUAL_NOW }: RunOptions = {},
): Promise<readonly Partial<Enrichment>[]> {
  return lookup.lookUp(logins as readonly never[], { now, signal: new AbortController().signal });
}
