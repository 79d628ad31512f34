import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createGenerator } from '../../src/cli/generator/generator.js';
import type { UnknownFields } from '../../src/config/input.settings.js';
import { isIpAddress } from '../../src/validation/rules/ip-address.js';
import { DEAD_LETTER_HEADERS } from '../../src/publishing/records/dead-letter-headers.js';
import { ERROR_TYPES } from '../../src/publishing/records/error-types.js';
import { RECORD_ROLES } from '../../src/schemas/json-schema.js';
import type { JsonSchema, RecordRole } from '../../src/schemas/json-schema.js';
import { recordSchema, validatorFor } from '../../src/schemas/record-schemas.js';
import { hostileCorpus, loginOf } from '../pipeline/hostile-corpus.js';
import { message, ownNames, runService } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';
import { readAll } from '../support/kafka.js';
import type { ReadRecord } from '../support/kafka.js';
import { mutations } from './mutations.js';

type RecordsByRole = Readonly<Record<RecordRole, readonly ReadRecord[]>>;

const REAL = readFileSync(new URL('../fixtures/real-messages.ndjson', import.meta.url), 'utf8');
const UNKNOWN = { extra: { nested: [1, null] }, 'a/b~c': 'x' };

function realTraffic(): Input[] {
  const generator = createGenerator({
    seed: 11,
    badPercent: 20,
    startSeconds: Math.floor(Date.now() / 1000),
    rate: 500,
  });
  const generated = Array.from({ length: 2_000 }, () => generator.next());
  const real = REAL.split('\n').filter((line) => line !== '').map((line) => message(line)); // prettier-ignore
  return [...real, ...generated];
}

const withSettings = (wanted: object) =>
  hostileCorpus().filter(({ entry }) => JSON.stringify(entry.settings ?? {}) === JSON.stringify(wanted));

/** Runs the service over the inputs and reads all five topics. */
async function recordsOf(
  inputs: readonly Input[],
  settings: Record<string, string> = {},
): Promise<RecordsByRole> {
  const names = ownNames();
  const cadences = { SUMMARY_EVERY_MESSAGES: '100', SUMMARY_EVERY_SECONDS: '1', METRICS_EVERY_SECONDS: '1' };
  const run = await runService({
    partitions: [inputs],
    settings: { ...names, ...cadences, ...settings },
    topicConfig: { 'max.message.bytes': '16777216' },
  });
  return {
    processed: run.processed,
    filtered: run.filtered,
    error: run.errors,
    summary: await readAll(names.KAFKA_BROKERS, names.SUMMARY_TOPIC),
    metrics: await readAll(names.KAFKA_BROKERS, names.METRICS_TOPIC),
  };
}

function expectValid(records: RecordsByRole, unknownFields: UnknownFields): void {
  for (const role of RECORD_ROLES) {
    const violations = validatorFor(role, 'standard', unknownFields);
    for (const { json } of records[role]) {
      const found = violations(json);
      if (found.length > 0) expect({ role, json, found }).toEqual({ role, json, found: [] });
    }
  }
}

/** Some records of each kind, so that every field and every shape is among them. */
function samples(records: readonly ReadRecord[]): unknown[] {
  const kinds = new Map<unknown, unknown>();
  for (const { json } of records) kinds.set(json.error_type ?? json.clean_type ?? kinds.size % 2, json);
  return [...kinds.values()];
}

describe('the schemas, held against what is on the topics', () => {
  let records: RecordsByRole;
  let kept: RecordsByRole;
  beforeAll(async () => {
    const hostile = withSettings({});
    records = await recordsOf([...realTraffic(), ...hostile]);
    const inputs = [message(loginOf('kept', UNKNOWN)), message(loginOf('web', { ...UNKNOWN, device_type: 'web' })), message(loginOf('v6', { ip: '2001:db8::1' }))]; // prettier-ignore
    const settings = { UNKNOWN_FIELDS: 'keep', IP_PRIVACY: 'none', DEVICE_PRIVACY: 'none' };
    kept = await recordsOf([...inputs, ...withSettings({ UNKNOWN_FIELDS: 'keep' })], settings);
  });

  it('have records of every kind to judge', () => {
    expect(records.processed.length).toBeGreaterThan(1_000);
    expect(new Set(records.filtered.map(({ json }) => json.clean_type)).size).toBeGreaterThan(1);
    expect(new Set(records.error.map(({ json }) => json.error_type)).size).toBeGreaterThan(8);
    expect(records.error.some(({ json }) => json.truncated === true)).toBe(true);
    expect(records.summary.length).toBeGreaterThan(9);
    expect(records.metrics.length).toBeGreaterThan(0);
    expect(kept.processed.some(({ json }) => 'extra' in json)).toBe(true);
    expect(kept.processed.some(({ json }) => json.ip === '2001:db8::1')).toBe(true);
  });

  it('accept every record of every topic, hostile input included', () => {
    expectValid(records, 'drop');
  });

  it('accept what unknown fields and clear values bring, and only where these are kept', () => {
    expectValid(kept, 'keep');
    const open = kept.processed.find(({ json }) => 'extra' in json)!;
    expect(validatorFor('processed', 'standard', 'drop')(open.json)).toMatchObject([
      { path: '/extra', rule: 'additionalProperties' },
      { path: '/a~1b~0c', rule: 'additionalProperties' },
    ]);
  });

  it('list the fields in the order in which they are written', () => {
    for (const role of RECORD_ROLES) {
      const listed = Object.keys(recordSchema(role, 'standard').properties!);
      for (const { json } of records[role]) {
        const written = Object.keys(json);
        expect(written).toEqual(listed.filter((field) => written.includes(field)));
      }
    }
  });

  it.each(RECORD_ROLES)('refuse every %s record of which one thing is wrong, and say where', (role) => {
    const violations = validatorFor(role, 'standard', 'drop');
    const schema = closedSchema(recordSchema(role, 'standard'));
    const seen = new Set<string>();
    for (const sample of samples(records[role])) {
      expect(violations(sample)).toEqual([]);
      for (const { what, path, record } of mutations(sample, schema)) {
        const found = violations(record);
        if (!found.some((violation) => violation.path.startsWith(path)))
          expect({ what, found }).toBe('found');
        seen.add(path);
      }
    }
    for (const field of Object.keys(schema.properties!)) {
      // What the message was is anything; that it is there is checked.
      expect(seen).toContain(`/${field}`);
    }
    expect(seen.size).toBeGreaterThan(Object.keys(schema.properties!).length);
  });

  it.each(['processed', 'filtered'] as const)(
    'have no limit of %s records that no spoilt one meets',
    (role) => {
      const schema = closedSchema(recordSchema(role, 'standard'));
      const spoilt = samples(records[role]).flatMap((sample) => [...mutations(sample, schema)]);
      const ajv = new Ajv2020({ strict: false });
      const laxer = [...weakened(schema)];
      expect(laxer.length).toBeGreaterThan(30);
      for (const { what, schema: weak } of laxer) {
        const isValid = ajv.compile({ ...weak, $id: undefined });
        expect([what, spoilt.some(({ record }) => isValid(record))]).toEqual([what, true]);
      }
    },
  );

  it('know every error type and every header of an error record', () => {
    const always = Object.entries(DEAD_LETTER_HEADERS).filter(([, { always }]) => always);
    for (const { json, headers = {} } of records.error) {
      expect(Object.keys(ERROR_TYPES)).toContain(json.error_type);
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(always.map(([name]) => name)));
      const added = Object.keys(headers).filter((name) => /^(x-dlq|kafka_dlt)-/.test(name));
      expect(Object.keys(DEAD_LETTER_HEADERS)).toEqual(expect.arrayContaining(added));
    }
  });

  it('accept as input what the service accepts, and refuse what breaks a rule of a field', () => {
    const schema = JSON.parse(
      readFileSync(new URL('../../schemas/input.schema.json', import.meta.url), 'utf8'),
    ) as JsonSchema;
    const formats = { ipv4: isIpAddress, ipv6: isIpAddress };
    const isLogin = new Ajv2020({ allowUnionTypes: true, formats }).compile(schema);
    const rules = (json: ReadRecord['json']) => json.errors as { field: string | null; rule: string }[];
    let refused = 0;
    for (const { json } of records.error) {
      const content = json.message_content;
      const beyond = rules(json).some(
        ({ field, rule }) => field === null || rule === 'future_timestamp' || rule === 'lone_surrogate',
      );
      if (beyond || json.truncated === true) continue;
      expect([content, isLogin(content)]).toEqual([content, false]);
      refused++;
    }
    expect(refused).toBeGreaterThan(50);
    for (const line of REAL.split('\n').filter((text) => text.includes('device_type')))
      expect(isLogin(JSON.parse(line))).toBe(true);
  });
});

/** As the validator has it for settings that keep no unknown fields. */
function closedSchema(schema: JsonSchema): JsonSchema {
  const text = JSON.stringify(schema).replaceAll(
    '"additionalProperties":true',
    '"additionalProperties":false',
  );
  return JSON.parse(text) as JsonSchema;
}

/** A schema without one of its limits, for each of them; a type beside a list of values limits nothing. */
function* weakened(schema: JsonSchema, where = ''): Generator<{ what: string; schema: JsonSchema }> {
  for (const keyword of LIMITS) {
    if (schema[keyword] === undefined || (keyword === 'type' && schema.enum !== undefined)) continue;
    if (keyword === 'additionalProperties' && schema.additionalProperties !== false) continue;
    yield { what: `${keyword} at ${where}`, schema: { ...schema, [keyword]: undefined } };
  }
  for (const name of schema.required ?? [])
    yield {
      what: `required ${where}/${name}`,
      schema: { ...schema, required: schema.required!.filter((field) => field !== name) },
    };
  for (const [name, field] of Object.entries(schema.properties ?? {}))
    for (const { what, schema: weak } of weakened(field, `${where}/${name}`))
      yield { what, schema: { ...schema, properties: { ...schema.properties, [name]: weak } } };
}

const LIMITS = [
  'type',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'additionalProperties',
] as const;
