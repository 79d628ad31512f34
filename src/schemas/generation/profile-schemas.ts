import { PRIVATE_INPUT } from '../../profiles/privacy.js';
import { isInput, nameOf, sourceOf, UNKNOWN_FIELDS } from '../../profiles/profile.js';
import type { MessageTemplate, Profile, ProjectedField, RenamedField } from '../../profiles/profile.js';
import { DRAFT } from '../json-schema.js';
import type { JsonSchema, RecordRole } from '../json-schema.js';
import { loginField, loginFields } from './input-schema.js';
import type { TypeSchemas } from './type-schema.js';

const DESCRIPTIONS: Readonly<Record<RecordRole, string>> = {
  processed: 'The value of a record of the output topic: a valid login and what is known about it.',
  filtered:
    'The value of a record of the filtered topic: a valid login, and why it is not among the processed ones.',
  error: 'The value of a record of the error topic: a message that is no login, and every reason.',
  summary:
    'The value of a record of the summary topic: figures over everything that was processed before it.',
  metrics: 'The value of a record of the metrics topic.',
};

/** The schemas of the records that a profile writes; a role that it does not write has none. */
export function profileSchemas(
  name: string,
  profile: Profile,
  types: TypeSchemas,
): Readonly<Partial<Record<RecordRole, JsonSchema>>> {
  const record = (role: RecordRole, { description: _description, ...schema }: JsonSchema): JsonSchema => ({
    $schema: DRAFT,
    $id: `urn:login-stream:record:${role}:${name}`,
    title: `${role[0].toUpperCase()}${role.slice(1)} record, profile ${name}`,
    description: DESCRIPTIONS[role],
    ...schema,
  });
  const filtered = types.of('FilteredRecord');
  const { description } = filtered.properties!.message_content;
  const message_content = { description, ...projected(profile.filteredContent, types) };
  const { summary = [], metrics = [] } = sideRecords(profile, types);
  return {
    processed: record('processed', projected(profile.processed, types)),
    filtered: record('filtered', { ...filtered, properties: { ...filtered.properties, message_content } }),
    error: record('error', picked(types.of('ErrorFacts'), profile.errorRecord)),
    ...(summary.length > 0 && { summary: record('summary', oneOf(summary)) }),
    ...(metrics.length > 0 && { metrics: record('metrics', oneOf(metrics)) }),
  };
}

/** The kinds of records on the topics of summaries and of metrics. */
function sideRecords(
  { processed, summaries, messages, metrics }: Profile,
  types: TypeSchemas,
): Partial<Record<'summary' | 'metrics', JsonSchema[]>> {
  const record = projected(processed, types);
  const summary = summaries && picked(withRecord(types.of('SummaryFacts'), 'recent_message', record), summaries.fields);
  const facts = withRecord(types.of('MessageFacts'), 'processed_record', record);
  const onMetrics = [
    ...(metrics ? [types.of('MetricsRecord')] : []),
    ...(summary && summaries.topic === 'metrics' ? [summary] : []),
    ...messages.map(({ value }) => templated(value, facts)),
  ];
  return { summary: summary && summaries.topic === 'summary' ? [summary] : [], metrics: onMetrics };
}

const oneOf = (schemas: readonly JsonSchema[]): JsonSchema =>
  schemas.length === 1 ? schemas[0] : { anyOf: schemas };

/** The facts with the schema of the processed record in its place. */
function withRecord(facts: JsonSchema, field: string, record: JsonSchema): JsonSchema {
  const { description } = facts.properties![field];
  return { ...facts, properties: { ...facts.properties, [field]: { description, ...record, type: ['object', 'null'] } } };
}

/** Of what a template groups: its fields say it. */
const NESTED = 'What is said about the message.';

function templated(template: MessageTemplate, facts: JsonSchema): JsonSchema {
  if (typeof template === 'string') {
    const fact = facts.properties?.[template];
    if (fact === undefined) throw new Error(`A record has "${template}", which is no fact of a message.`);
    return fact;
  }
  if (Array.isArray(template)) {
    const items = (template as readonly MessageTemplate[]).map((each) => templated(each, facts));
    return { description: NESTED, type: 'array', items: oneOf(items), minItems: items.length, maxItems: items.length };
  }
  const entries = Object.entries(template as Readonly<Record<string, MessageTemplate>>);
  return {
    description: NESTED,
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, value]) => [name, templated(value, facts)])),
    required: entries.map(([name]) => name),
    additionalProperties: false,
  };
}

/** The object that a projection writes. */
function projected(fields: readonly ProjectedField[], types: TypeSchemas): JsonSchema {
  const isOpen = fields.some((field) => field === UNKNOWN_FIELDS || isInput(field));
  const named = fields.filter((field): field is string | RenamedField => !isInput(field) && field !== UNKNOWN_FIELDS);
  const names = new Set(named.map(nameOf));
  const properties = fields.flatMap((field) => {
    if (field === UNKNOWN_FIELDS) return [];
    if (!isInput(field)) return [[nameOf(field), ofField(sourceOf(field), types)] as const];
    // With a setting for privacy the bytes are written anew.
    const replaced: Readonly<Record<string, string>> =
      field.input === 'bytes' ? PRIVATE_INPUT.input : field.input;
    return loginFields()
      .filter((name) => !names.has(name))
      .map((name) => [name, ofField(replaced[name] ?? name, types)] as const);
  });
  return {
    type: 'object',
    ...(isOpen && { $comment: 'With UNKNOWN_FIELDS=keep, fields that are not known are here as well.' }),
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
    additionalProperties: isOpen,
  };
}

function ofField(field: string, types: TypeSchemas): JsonSchema {
  const schema = loginField(field, types) ?? types.property('Enrichment', field);
  if (schema === undefined) throw new Error(`The output has the field "${field}", which no type declares.`);
  return schema;
}

function picked(schema: JsonSchema, fields: readonly (string | RenamedField)[]): JsonSchema {
  const properties = fields.map((field) => {
    const property = schema.properties?.[sourceOf(field)];
    if (property === undefined)
      throw new Error(`A record has the field "${sourceOf(field)}", which its type does not declare.`);
    return [nameOf(field), property] as const;
  });
  const required = fields.filter((field) => schema.required?.includes(sourceOf(field)) ?? true).map(nameOf);
  return { ...schema, properties: Object.fromEntries(properties), required };
}
