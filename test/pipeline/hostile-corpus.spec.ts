import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Scrape } from '../../src/cli/demo/scrape.js';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import type { ReadRecord } from '../support/kafka.js';
import { hostileCorpus, loginOf } from './hostile-corpus.js';
import type { HostileInput } from './hostile-corpus.js';
import { message, runService } from './run.js';
import type { Input, Run } from './run.js';

const CORPUS = hostileCorpus();
const OUTCOMES = ['processed', 'filtered', 'error'] as const;

/** Tells processed records apart, which do not say where they come from. */
const ID_HEADER = 'x-corpus-id';
/** Room for 1 MiB and more, and no retention by the age that the records claim to have. */
const TOPIC_CONFIG = { 'max.message.bytes': String(64 * 1024 * 1024), 'retention.ms': '-1' };

interface Outcome {
  readonly kind: (typeof OUTCOMES)[number];
  readonly record: ReadRecord;
}

/** Entries that one run of the service can take, by what they need. */
const groups = new Map<string, HostileInput[]>();
for (const input of CORPUS) {
  const { settings } = input.entry;
  const needs = [...Object.entries(settings ?? {}).map((pair) => pair.join('=')), `arrival ${input.arrival}`];
  const title = needs.join(', ');
  groups.set(title, [...(groups.get(title) ?? []), input]);
}

/** Each hostile input is followed by a login that must come through. */
const withLogins = (inputs: readonly HostileInput[]): Input[] =>
  inputs.flatMap(({ key, value, headers }, index) => [
    { key, value, headers: { ...headers, [ID_HEADER]: Buffer.from(String(2 * index)) } },
    {
      ...message(loginOf(`login behind ${index}`)),
      headers: { [ID_HEADER]: Buffer.from(String(2 * index + 1)) },
    },
  ]);

describe('the corpus', () => {
  it('has at least 130 values, and each has a name of its own', () => {
    expect(CORPUS.length).toBeGreaterThanOrEqual(130);
    expect(new Set(CORPUS.map(({ entry }) => entry.name)).size).toBe(CORPUS.length);
  });
});

describe.each([...groups])('hostile input with %s', (_, inputs) => {
  let run: Run;
  let outcomes: Map<number, Outcome[]>;

  beforeAll(async () => {
    run = await runService({
      partitions: [withLogins(inputs)],
      settings: inputs[0].entry.settings,
      arrival: inputs[0].arrival,
      topicConfig: TOPIC_CONFIG,
    });
    outcomes = byOffset(run);
  });

  const outcomeOf = (offset: number): Outcome => {
    const found = outcomes.get(offset) ?? [];
    expect(found).toHaveLength(1);
    return found[0];
  };

  it.each(inputs.map((input, index) => [input.entry.name, input, 2 * index] as const))(
    'judges %s',
    (_name, input, offset) => {
      const { entry } = input;
      const { kind, record } = outcomeOf(offset);
      expect({ ...verdictOf(kind, record), outcome: kind }).toEqual({
        outcome: entry.outcome,
        ...(entry.clean_type !== undefined && { clean_type: entry.clean_type }),
        ...(entry.error_type !== undefined && { error_type: entry.error_type, errors: entry.errors }),
      });
      if (kind === 'processed') expectProcessed(record, input);
      else expectSource(record, input, offset, run.input);
      if (kind === 'filtered') expectCarried(record, input);
      if (kind === 'error') expectDeadLetter(record, input);
    },
  );

  it('does not stop the stream: every login between is processed, in order', () => {
    const between = run.processed.map(idOf).filter((id) => id % 2 === 1);
    expect(between).toEqual(inputs.map((_input, index) => 2 * index + 1));
  });

  it('leaves the account balanced and the service in good health', () => {
    const scrape = new Scrape(run.metrics);
    const expected = OUTCOMES.map(
      (outcome) => inputs.filter(({ entry }) => entry.outcome === outcome).length,
    );
    expected[0] += inputs.length;
    expect(
      OUTCOMES.map((outcome) => scrape.sum('login_stream_records_total', `outcome="${outcome}"`)),
    ).toEqual(expected);
    expect(scrape.sum('login_stream_received_total')).toBe(2 * inputs.length);
    expect(run.metrics).toMatch(/^login_stream_imbalance_records 0$/m);
    expect(run.exitCode).toBe(0);
  });
});

const idOf = ({ headers }: ReadRecord): number => Number(headers![ID_HEADER]);

/** By the offset of the input: what became of it, which must be one thing. */
function byOffset({ processed, filtered, errors }: Run): Map<number, Outcome[]> {
  const outcomes = new Map<number, Outcome[]>();
  const add = (offset: number, outcome: Outcome) =>
    outcomes.set(offset, [...(outcomes.get(offset) ?? []), outcome]);
  for (const record of processed) add(idOf(record), { kind: 'processed', record });
  const offsetOf = ({ json }: ReadRecord) => (json.source as { offset: number }).offset;
  for (const record of filtered) add(offsetOf(record), { kind: 'filtered', record });
  for (const record of errors) add(offsetOf(record), { kind: 'error', record });
  return outcomes;
}

function verdictOf(kind: Outcome['kind'], { json }: ReadRecord): object {
  if (kind === 'processed') return {};
  if (kind === 'filtered') return { clean_type: json.clean_type };
  const errors = json.errors as { field: string | null; rule: string }[];
  return {
    error_type: json.error_type,
    errors: errors.map(({ field, rule }) => (field === null ? rule : `${field} ${rule}`)),
  };
}

function expectProcessed({ json, key, headers }: ReadRecord, { entry, value, headers: sent }: HostileInput) {
  const login = JSON.parse(String(value)) as Record<string, unknown>;
  expect(String(key)).toBe(login.user_id);
  expect(json.user_id).toBe(login.user_id);
  expect(flat(headers, [ID_HEADER])).toEqual(flat(sent));
  // As text, so that no name means anything to the comparison.
  const expected = entry.output ?? {};
  const shown = Object.fromEntries(Object.keys(expected).map((name) => [name, json[name]]));
  expect(JSON.stringify(shown)).toBe(JSON.stringify(expected));
}

function expectSource({ json }: ReadRecord, { arrival }: HostileInput, offset: number, topic: string) {
  expect(json.source).toEqual({ topic, partition: 0, offset, timestamp: arrival });
}

function expectCarried({ key, headers }: ReadRecord, { key: sentKey, headers: sent }: HostileInput) {
  expect(key).toEqual(sentKey);
  expect(flat(headers, [ID_HEADER])).toEqual(flat(sent));
}

/** What an error record says about itself; of an earlier one these headers give way. */
const OWN_HEADER = /^(x-dlq-.*|kafka_dlt-original-topic)$/;

function expectDeadLetter({ json, key, headers }: ReadRecord, { entry, ...sent }: HostileInput): void {
  const names = Object.keys({ ...headers, ...sent.headers });
  const own = names.filter((name) => OWN_HEADER.test(name));
  expect(key).toEqual(sent.key);
  expect(flat(headers, [ID_HEADER, ...own])).toEqual(flat(sent.headers, own));

  const { 'x-dlq-value': carried, 'x-dlq-sha256': sha256, ...rest } = headers!;
  expect(Object.keys(rest).filter((name) => name.endsWith('-left-out'))).toEqual([]);
  if (entry.error_type === 'too_large') {
    expect(headers).not.toHaveProperty('x-dlq-value');
    expect(String(sha256)).toBe(createHash('sha256').update(sent.value!).digest('hex'));
  } else {
    expect(headers).not.toHaveProperty('x-dlq-sha256');
    // Not `toEqual`, which takes its time over a megabyte.
    const bytes = carried as Buffer | null;
    expect(bytes === null || sent.value === null ? bytes === sent.value : bytes.equals(sent.value)).toBe(
      true,
    );
  }
  for (const field of ['user_id', 'device_id'] as const)
    expect({ [field]: json[field] }).toEqual({ [field]: identity(field, entry, sent.value) });
}

/** The field's text, where the value could be parsed and the field broke no rule. */
function identity(field: string, { error_type, errors }: HostileInput['entry'], value: Buffer | null) {
  const unparsed = ['null_value', 'too_large', 'not_utf8', 'byte_order_mark', 'not_json', 'not_an_object'];
  if (unparsed.includes(error_type!) || errors!.some((each) => each.startsWith(`${field} `))) return null;
  return (JSON.parse(String(value)) as Record<string, unknown>)[field] ?? null;
}

/** Headers as pairs of name and bytes in hexadecimal, so that the names mean nothing to the comparison. */
function flat(headers: RecordHeaders = {}, without: readonly string[] = []): string[] {
  return Object.entries(headers)
    .filter(([name]) => !without.includes(name))
    .flatMap(([name, value]) =>
      [value].flat().map((each) => `${name}: ${each == null ? each : Buffer.from(each).toString('hex')}`),
    )
    .sort();
}
