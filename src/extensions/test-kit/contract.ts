import 'reflect-metadata';
import { isDeepStrictEqual } from 'node:util';
import { lookupMetadata } from '../../enrichment/batch-lookup.js';
import { processorMetadata } from '../../enrichment/processor.js';
import { RecentValues } from '../../enrichment/state-handles.js';
import type { StateHandle } from '../../enrichment/state-handles.js';
import { stateOf } from '../../enrichment/state-of.js';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { Memory } from './memory.js';
import type { AnyLookup, AnyProcessor } from './run-processor.js';
import { runLookup } from './run-processor.js';
import { someLogins } from './some-logins.js';
import { Watched } from './watched.js';

export interface ContractOptions {
  /** Valid logins, with the fields of other processors that this one needs; a few hundred of all kinds if not given. */
  readonly logins?: readonly EnrichedLogin[];
  /** It adds a processing time or a delay: nothing else may depend on the clock. */
  readonly readsClock?: boolean;
}

const COUNT = 300;
const CLOCKS = [1_711_302_640_000, 1_911_302_640_000];

/**
 * Throws unless the processor does what the service relies on: writes exactly the fields that it declares, in their order; reads
 * all that it declares and nothing else; leaves the login and what is remembered alone; is synchronous; and says the same
 * again of the same login.
 */
export function assertProcessorContract(processor: AnyProcessor, options: ContractOptions = {}): void {
  const { name } = processor.constructor;
  const { needs, adds } = declared(processorMetadata.KEY, processor, '@LoginProcessor()');
  const handles = Object.values(stateOf(name, processor));
  const memory = new Memory(handles);
  const read = new Set<string>();
  for (const login of options.logins ?? someLogins(COUNT)) {
    memory.show(login);
    const fail = failure(name, login);
    const before = handles.map(remembered);
    const [first, again] = CLOCKS.map((now) => {
      const watched = new Watched(login);
      const result: unknown = processor.process(watched.login as never, watched.login as never, { now });
      if (result !== undefined)
        fail('returned something: it must write its fields before it returns, and return nothing');
      if (!isDeepStrictEqual(handles.map(remembered), before)) fail('changed what is remembered');
      return watched;
    });
    checkFields(fail, first.written, adds);
    if (!options.readsClock && !isDeepStrictEqual(first.written, again.written))
      fail('says something else when it is asked again, at another time');
    const undeclared = [...first.read].find((field) => !needs.includes(field));
    if (undeclared !== undefined) fail(`reads "${undeclared}", which it does not say it needs`);
    first.read.forEach((field) => read.add(field));
    memory.merge(login);
  }
  const unused = needs.find((field) => !read.has(field));
  if (unused !== undefined) throw new Error(`${name} says it needs "${unused}", and never read it`);
}

/** The same of a look-up, as far as it can be judged from its answers: it is asked once, about all of the logins. */
export async function assertLookupContract(
  lookup: AnyLookup,
  { logins = someLogins(COUNT) }: Pick<ContractOptions, 'logins'> = {},
): Promise<void> {
  const { name } = lookup.constructor;
  const { adds } = declared(lookupMetadata.KEY, lookup, '@BatchLookup()');
  const results = await runLookup(
    lookup,
    logins.map((login) => Object.freeze(login)),
  );
  if (results.length !== logins.length)
    throw new Error(`${name} answered with ${results.length} results for ${logins.length} logins`);
  results.forEach((result, index) => checkFields(failure(name, logins[index]), result, adds));
}

function declared(
  key: string,
  processor: object,
  decorator: string,
): Record<'needs' | 'adds', readonly string[]> {
  const spec = Reflect.getMetadata(key, processor.constructor) as Record<'needs' | 'adds', readonly string[]>;
  if (spec === undefined) throw new Error(`${processor.constructor.name} is not declared with ${decorator}`);
  return spec;
}

/** A copy of what a handle says. */
const remembered = (handle: StateHandle): unknown => [
  handle.size,
  handle.now,
  [...handle.times],
  ...(handle instanceof RecentValues ? [handle.current, [...handle.values]] : []),
];

type Fail = (problem: string) => never;

const failure =
  (name: string, { raw }: EnrichedLogin): Fail =>
  (problem) => {
    throw new Error(`${name} ${problem}; the login: ${raw.value?.toString() ?? ''}`);
  };

function checkFields(fail: Fail, written: object, adds: readonly string[]): void {
  const fields = Object.keys(written);
  if (!isDeepStrictEqual(fields, [...adds]))
    fail(`added ${fields.join(', ') || 'nothing'}, and says it adds ${adds.join(', ')}, in this order`);
  for (const [field, value] of Object.entries(written))
    if (value === undefined || !isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value))
      fail(`added a value of "${field}" that JSON does not have`);
}
