import type { ReadRecord } from '../../support/kafka.js';
import { ID_HEADER } from '../traffic/chaos-record.js';
import { placeOf } from './input.js';
import type { Input } from './input.js';

/** What `read_committed` readers see. */
export interface Records {
  readonly processed: readonly ReadRecord[];
  readonly filtered: readonly ReadRecord[];
  readonly errors: readonly ReadRecord[];
  readonly summaries: readonly ReadRecord[];
}

export interface Outcome {
  readonly kind: 'processed' | 'filtered' | 'error';
  readonly record: ReadRecord;
}

/** Which outcome belongs to which input, and what does not come out even. */
export interface Matched {
  readonly outcomes: ReadonlyMap<Input, Outcome>;
  readonly lost: readonly string[];
  readonly twice: readonly string[];
  /** Outcomes of nothing that was there. */
  readonly foreign: readonly string[];
}

const idOf = ({ headers }: ReadRecord): string => String(headers?.[ID_HEADER]);

interface Source {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

/** Filtered and error records name their source; processed ones belong to those inputs of their number that have none of them. */
export function match(inputs: readonly Input[], records: Records): Matched {
  const outcomes = new Map<Input, Outcome>();
  const [lost, twice, foreign]: string[][] = [[], [], []];
  const byId = groupBy(inputs, ({ id }) => id);

  const settle = (input: Input | undefined, outcome: Outcome): void => {
    if (input === undefined)
      foreign.push(`${outcome.kind} record of the unknown message ${idOf(outcome.record)}`);
    else if (outcomes.has(input))
      twice.push(`${placeOf(input)}: ${outcomes.get(input)!.kind} and ${outcome.kind}`);
    else outcomes.set(input, outcome);
  };
  const named = (kind: Outcome['kind']) => (record: ReadRecord) => {
    const source = record.json.source as Source;
    const input = byId
      .get(idOf(record))
      ?.find(
        ({ partition, offset, arrival }) =>
          source.partition === partition && source.offset === offset && source.timestamp === arrival,
      );
    settle(input, { kind, record });
  };
  records.filtered.forEach(named('filtered'));
  records.errors.forEach(named('error'));
  for (const record of records.processed) {
    const candidates = byId.get(idOf(record)) ?? [];
    settle(candidates.find((input) => !outcomes.has(input)) ?? candidates[0], { kind: 'processed', record });
  }
  for (const input of inputs) if (!outcomes.has(input)) lost.push(placeOf(input));
  return { outcomes, lost, twice, foreign };
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
