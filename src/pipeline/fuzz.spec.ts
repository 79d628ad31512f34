import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { hostileCorpus } from '../../test/pipeline/hostile-corpus.js';
import { decodeFaults, DEFAULTS, fieldFaults } from '../../test/pipeline/oracle-fields.js';
import type { OracleSettings } from '../../test/pipeline/oracle-fields.js';
import { testSettings } from '../config/testing.js';
import { FilterStage } from '../filtering/filter.stage.js';
import { Decoder } from '../ingest/decoder.js';
import { CODECS } from '../kafka/codecs.js';
import { RecordSet } from '../kafka/record-set.js';
import type { TopicsService } from '../kafka/topics.service.js';
import { UNKNOWN_FIELDS as UNKNOWN } from '../profiles/profile.js';
import { standard } from '../profiles/standard.profile.js';
import { deadLetter } from '../publishing/dead-letter.js';
import { compileProjection } from '../publishing/projection.js';
import { SizeGuard } from '../publishing/size-guard.js';
import { LOGIN_FIELDS } from '../validation/login.dto.js';
import { Validator } from '../validation/validator.js';
import { violationsOf } from '../validation/violations.js';
import { hostileRecord } from './hostile.testing.js';
import type { Login } from './login.js';
import { Filtered, Rejected } from './outcome.js';
import type { Outcome } from './outcome.js';
import type { RawRecord } from './raw-record.js';

const RUNS = 2_000;
/** Some seconds, unless the machine has much else to do. */
const TIMEOUT_MS = 120_000;
const LARGEST_SEED = 2_000;
const KIB = 1024;
/** What an error topic takes that has room for any of these records, in bytes. */
const ROOMY = 4_096 * KIB;

const realMessages = readFileSync(
  new URL('../../test/fixtures/real-messages.ndjson', import.meta.url),
  'utf8',
)
  .split('\n')
  .slice(0, -1)
  .map((line) => Buffer.from(line));
const hostileValues = hostileCorpus().flatMap(({ value }) =>
  value === null || value.length > LARGEST_SEED ? [] : [value],
);

/** The stages that judge, put together as in the pipeline, for topics that take little more than a real message. */
class Stages {
  private readonly decoder: Decoder;
  private readonly validator: Validator;
  private readonly guard: SizeGuard;
  private readonly filter: FilterStage;
  private readonly limit: number;

  constructor(env: Readonly<Record<string, string>>) {
    const { input, filter, topic } = testSettings({ ...env });
    this.decoder = new Decoder(input);
    this.validator = new Validator(input, standard);
    const catalog = { of: () => ({ partitions: 1, maxMessageBytes: 10 * KIB }) };
    this.guard = new SizeGuard(topic, catalog as unknown as TopicsService, standard);
    this.filter = new FilterStage(filter);
    this.limit = this.guard.limit();
  }

  judge(raw: RawRecord): Outcome {
    const content = this.decoder.decode(raw);
    if (content instanceof Rejected) return content;
    const login = this.validator.validate(raw, content);
    if (login instanceof Rejected) return login;
    const tooLarge = this.guard.check(login, this.limit);
    if (tooLarge !== null) return tooLarge;
    const reason = this.filter.reason(login);
    return reason === null ? login : new Filtered(login, reason);
  }
}

/** Settings by the policy for unknown fields, as the oracle knows them, and the stages made with them. */
const POLICIES = ['drop', 'reject', 'keep'] as const;
const SETTINGS = {
  drop: DEFAULTS,
  reject: { ...DEFAULTS, UNKNOWN_FIELDS: 'reject', MAX_JSON_DEPTH: 4 },
  keep: { ...DEFAULTS, UNKNOWN_FIELDS: 'keep', MAX_JSON_DEPTH: 6, MAX_MESSAGE_BYTES: 1_200 },
} as const;
const STAGES = Object.fromEntries(
  POLICIES.map((policy) => {
    const { UNKNOWN_FIELDS, MAX_JSON_DEPTH, MAX_MESSAGE_BYTES } = SETTINGS[policy];
    const limits = { MAX_JSON_DEPTH: `${MAX_JSON_DEPTH}`, MAX_MESSAGE_BYTES: `${MAX_MESSAGE_BYTES}` };
    return [policy, new Stages({ UNKNOWN_FIELDS, ...limits })];
  }),
) as Record<(typeof POLICIES)[number], Stages>;

const project = compileProjection([...LOGIN_FIELDS, UNKNOWN]);

function fuzz(seeds: readonly Buffer[]): Promise<void> {
  const policies = fc.constantFrom(...POLICIES);
  const errorTopicBytes = fc.constantFrom(8 * KIB, 64 * KIB, ROOMY);
  return fc.assert(
    fc.asyncProperty(hostileRecord(seeds), policies, errorTopicBytes, async (raw, policy, maxRecordBytes) => {
      const outcome = STAGES[policy].judge(raw);
      expectSameAs(SETTINGS[policy], raw, outcome);
      if (outcome instanceof Rejected)
        await expectDeadLetter(outcome, SETTINGS[policy].MAX_MESSAGE_BYTES, maxRecordBytes);
      else expectLogin(outcome instanceof Filtered ? outcome.login : outcome);
    }),
    { numRuns: RUNS },
  );
}

// Assertions of Node: Jest's would take most of the time.

/** The second implementation of the rules judges alike. */
function expectSameAs(settings: OracleSettings, raw: RawRecord, outcome: Outcome): void {
  const violations = outcome instanceof Rejected ? outcome.violations : [];
  const found = violations.map(({ field, rule }) => `${field} ${rule}`);
  const decodeErrors = decodeFaults(raw.value, settings);
  // The size of what is written, and numbers in duplicates that do not count, are beyond the oracle.
  if ([...found, ...decodeErrors].some((fault) => /output_too_large|unsafe_integer/.test(fault))) return;
  const expected =
    decodeErrors.length > 0
      ? decodeErrors
      : fieldFaults(JSON.parse(String(raw.value)) as Record<string, unknown>, settings);
  if (found[0] === 'timestamp future_timestamp') assert.deepEqual(expected, []);
  else assert.deepEqual([...found].sort(), [...expected].sort());
}

const FIELDS_OF_AN_ERROR = [
  'error_type',
  'error',
  'errors',
  'user_id',
  'device_id',
  'timestamp',
  'message_content',
];

async function expectDeadLetter(
  rejected: Rejected,
  maxValueBytes: number,
  maxRecordBytes: number,
): Promise<void> {
  const { raw, errorType, violations } = rejected;
  const position = { topic: 'in', partition: 3, now: 17 };
  const record = deadLetter(rejected, {
    ...position,
    maxValueBytes,
    maxRecordBytes,
    fields: standard.errorRecord,
  });
  const { bytes } = await RecordSet.encode('err', 0, [record], CODECS.none, 0);
  assert.ok(bytes <= maxRecordBytes);

  const json = JSON.parse(String(record.value)) as Record<string, unknown>;
  const fields = Object.keys(json).filter((name) => name !== 'truncated');
  assert.deepEqual(fields, [...FIELDS_OF_AN_ERROR, 'source']);
  assert.ok(violations.length > 0);
  assert.equal(JSON.stringify(json.errors), JSON.stringify(violations));
  assert.equal(json.error_type, errorType);
  assert.match(json.error as string, /^\S.*\.$/su);
  for (const id of [json.user_id, json.device_id]) assert.ok(id === null || typeof id === 'string');
  const [offset, timestamp] = [Number(raw.offset), Number(raw.timestamp)];
  assert.deepEqual(json.source, { topic: 'in', partition: 3, offset, timestamp });

  const { 'x-dlq-value': carried, 'x-dlq-sha256': sha256 } = record.headers!;
  const isCarried = Object.hasOwn(record.headers!, 'x-dlq-value');
  assert.equal(isCarried, sha256 === undefined);
  if (isCarried) assert.equal(carried, raw.value);
  else
    assert.equal(
      sha256,
      createHash('sha256')
        .update(raw.value ?? '')
        .digest('hex'),
    );
  if (maxRecordBytes < ROOMY || (raw.value?.length ?? 0) > maxValueBytes) return;
  assert.ok(isCarried);
  assert.equal(record.key, raw.key);
}

/** What is no error satisfies the DTO by class-validator, and is written as it was read. */
function expectLogin(login: Login): void {
  const content = JSON.parse(String(login.raw.value)) as Record<string, unknown>;
  assert.deepEqual(violationsOf(content), []);
  assert.equal(login.event_time, Number(content.timestamp));
  const others = Object.keys(content).filter((name) => !(LOGIN_FIELDS as readonly string[]).includes(name));
  const expected = [...LOGIN_FIELDS, ...(login.unknown_fields === null ? [] : others)];
  // As text, so that no name means anything to the comparison.
  const members = expected.map((name) => `${JSON.stringify(name)}:${JSON.stringify(content[name])}`);
  assert.equal(project(login), `{${members.join(',')}}`);
}

const kindOf = (outcome: Outcome): string => {
  if (outcome instanceof Rejected) return outcome.errorType;
  return outcome instanceof Filtered ? outcome.reason : 'processed';
};

/** But what depends on the age, which is off, and on what was there before. */
const KINDS = [
  ...['byte_order_mark', 'filtered_device_type', 'forbidden_key', 'future_timestamp', 'invalid_fields'],
  ...[
    'missing_fields',
    'not_an_object',
    'not_json',
    'not_utf8',
    'null_value',
    'output_too_large',
    'processed',
  ],
  ...['too_deep', 'too_large', 'unknown_fields', 'unsafe_integer'],
];

describe('nothing throws, and each record has one outcome that keeps its promises,', () => {
  it('from real messages, mutated', () => fuzz(realMessages), TIMEOUT_MS);

  it('from hostile values, mutated', () => fuzz(hostileValues), TIMEOUT_MS);

  it('and the records are of every kind', () => {
    const seeds = [...realMessages, ...hostileValues];
    const kinds = new Set<string>();
    for (const raw of fc.sample(hostileRecord(seeds), { numRuns: RUNS, seed: 1 }))
      for (const policy of POLICIES) kinds.add(kindOf(STAGES[policy].judge(raw)));
    assert.deepEqual([...kinds].sort(), KINDS);
  });
});
