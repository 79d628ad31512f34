import { nameOf, sourceOf, UNKNOWN_FIELDS } from '../../profiles/profile.js';
import type { Profile, ProjectedField } from '../../profiles/profile.js';
import { DRAFT } from '../json-schema.js';
import type { JsonSchema, RecordRole } from '../json-schema.js';
import { loginField } from './input-schema.js';
import type { TypeSchemas } from './type-schema.js';

const DESCRIPTIONS: Readonly<Record<RecordRole, string>> = {
  processed: 'The value of a record of the output topic: a valid login and what is known about it.',
  filtered:
    'The value of a record of the filtered topic: a valid login, and why it is not among the processed ones.',
  error: 'The value of a record of the error topic: a message that is no login, and every reason.',
  summary:
    'The value of a record of the summary topic: figures over everything that was processed before it.',
  metrics: 'The value of a record of the metrics topic: one instance about itself.',
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
  return {
    processed: record('processed', projected(profile.processed, types)),
    filtered: record('filtered', { ...filtered, properties: { ...filtered.properties, message_content } }),
    error: record('error', types.of('ErrorRecord')),
    ...(profile.summaryRecord.length > 0 && {
      summary: record('summary', picked(types.of('Summary'), profile.summaryRecord)),
    }),
    ...(profile.metrics && { metrics: record('metrics', types.of('MetricsRecord')) }),
  };
}

/** The object that a projection writes. */
function projected(fields: readonly ProjectedField[], types: TypeSchemas): JsonSchema {
  const known = fields.filter((field) => field !== UNKNOWN_FIELDS);
  const isOpen = known.length < fields.length;
  return {
    type: 'object',
    ...(isOpen && { $comment: 'With UNKNOWN_FIELDS=keep, fields that are not known are here as well.' }),
    properties: Object.fromEntries(known.map((field) => [nameOf(field), ofField(sourceOf(field), types)])),
    required: known.map(nameOf),
    additionalProperties: isOpen,
  };
}

function ofField(field: string, types: TypeSchemas): JsonSchema {
  const schema = loginField(field, types) ?? types.property('Enrichment', field);
  if (schema === undefined) throw new Error(`The output has the field "${field}", which no type declares.`);
  return schema;
}

function picked(schema: JsonSchema, fields: readonly string[]): JsonSchema {
  const properties = fields.map((field) => {
    const property = schema.properties?.[field];
    if (property === undefined)
      throw new Error(`A record has the field "${field}", which its type does not declare.`);
    return [field, property] as const;
  });
  return { ...schema, properties: Object.fromEntries(properties), required: [...fields] };
}
