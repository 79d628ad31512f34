import type { AnalyticsFields } from '../../../src/analytics/model.testing.js';
import { ID_HEADER } from '../traffic/chaos-record.js';
import type { Copies, Expectation } from './expectation.js';
import { placeOf } from './input.js';
import type { Input } from './input.js';
import type { Outcome } from './outcomes.js';

type Of<Kind extends Expectation['outcome']> = Extract<Expectation, { outcome: Kind }>;

/** The bytes that a processed record has to have. Of its fields some are not determined: they are taken from the record. */
export type ProcessedText = (expected: Of<'processed'>, input: Input, outcome: Outcome) => string;

/** How partitions interleave decides about these: the counters are judged together, elsewhere. */
const INTERLEAVED = ['total_logins_for_version', 'total_logins_from_locale', 'most_common_device_type'];

export const standardText: ProcessedText = ({ record: make, analytics }, _, { record: { json } }) => {
  const interleaved = Object.fromEntries(INTERLEAVED.map((field) => [field, json[field]]));
  const all = { ...analytics, ...interleaved } as AnalyticsFields;
  return JSON.stringify(make(json.processed_timestamp as number, all));
};

export const basicText: ProcessedText = (_, { value }, { record: { json } }) =>
  `${String(value).slice(0, -1)},"processed_timestamp":${json.processed_timestamp as number}}`;

/**
 * What is wrong with each outcome by itself, as sentences.
 *
 * @param mostCopies so many of the copies of one message in several partitions may be processed, and one must
 */
export function checkRecords(
  outcomes: ReadonlyMap<Input, Outcome>,
  expectations: ReadonlyMap<Input, Expectation>,
  textOf: ProcessedText,
  mostCopies = 1,
): string[] {
  const faults: string[] = [];
  const groups = new Set<Copies>();
  for (const [input, outcome] of outcomes) {
    const { expected, group } = resolved(expectations.get(input)!, outcome);
    if (group) groups.add(group);
    const fault = faultOf(outcome, expected, input, textOf);
    if (fault !== null) faults.push(`${placeOf(input)}: ${fault}`);
  }
  for (const { inputs } of groups) {
    const processed = inputs.filter((input) => outcomes.get(input)?.kind === 'processed').length;
    if (processed < 1 || processed > mostCopies)
      faults.push(`${inputs.map(placeOf).join(' = ')}: ${processed} of these copies were processed`);
  }
  return faults;
}

function resolved(expectation: Expectation, { kind }: Outcome) {
  if (expectation.outcome !== 'either') return { expected: expectation };
  const { group } = expectation;
  return { expected: kind === 'processed' ? group.processed : group.duplicate, group };
}

function faultOf(
  outcome: Outcome,
  expected: Exclude<Expectation, Of<'either'>>,
  input: Input,
  textOf: ProcessedText,
): string | null {
  const { kind, record } = outcome;
  if (kind !== expected.outcome) return `${kind}, not ${expected.outcome}${reasonOf(expected)}`;
  if (String(record.headers?.[ID_HEADER]) !== input.id) return 'another header';
  if (expected.outcome === 'processed')
    return (
      differingFields(String(record.value), textOf(expected, input, outcome)) ??
      differs('key', String(record.key), expected.login.user_id)
    );
  const key = differs('key', String(record.key), String(input.key));
  if (key !== null) return key;
  if (expected.outcome === 'filtered')
    return (
      differs('reason', record.json.clean_type, expected.reason) ??
      differs('content', JSON.stringify(record.json.message_content), JSON.stringify(expected.content))
    );
  const rules = (record.json.errors as { field: string | null; rule: string }[])
    .map(({ field, rule }) => `${field} ${rule}`)
    .sort();
  return (
    differs('type', record.json.error_type, expected.type) ??
    differs('rules', rules.join(), [...expected.faults].sort().join()) ??
    differs('bytes', hex(record.headers?.['x-dlq-value'] as Buffer | null), hex(input.value))
  );
}

const reasonOf = (expected: Expectation): string => ('reason' in expected ? ` (${expected.reason})` : '');
const hex = (bytes: Buffer | null): string | undefined => bytes?.toString('hex');

const differs = (what: string, found: unknown, expected: unknown): string | null =>
  found === expected ? null : `${what} ${String(found)}, not ${String(expected)}`;

function differingFields(found: string, expected: string): string | null {
  if (found === expected) return null;
  const [is, wanted] = [JSON.parse(found), JSON.parse(expected)] as Record<string, unknown>[];
  const faults = Object.keys({ ...is, ...wanted }).flatMap(
    (field) => differs(field, JSON.stringify(is[field]), JSON.stringify(wanted[field])) ?? [],
  );
  return faults.length > 0 ? faults.join(', ') : differs('text', found, expected);
}
