import type { JsonSchema } from '../json-schema.js';
import { markdownTable } from './markdown-table.js';

/** A row for every field of an object, those of nested objects included, in order: `name`, what it may be, what it means. */
export function fieldsTable(schema: JsonSchema): string {
  const rows = [...fieldsOf(schema)].map(({ path, schema: field, isOptional }) => [
    `\`${path}\``,
    kindOf(field) + (isOptional ? '; may be absent' : ''),
    field.description ?? '',
  ]);
  return markdownTable(['field', 'type', 'meaning'], rows);
}

interface Field {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly isOptional: boolean;
}

/** Every field of a schema with the fields inside it, depth first. */
export function* fieldsOf({ properties = {}, required = [] }: JsonSchema, prefix = ''): Generator<Field> {
  for (const [name, schema] of Object.entries(properties)) {
    const path = `${prefix}${name}`;
    yield { path, schema, isOptional: !required.includes(name) };
    yield* fieldsOf(schema, `${path}.`);
    if (schema.items !== undefined) yield* fieldsOf(schema.items, `${path}[].`);
  }
}

/** In words, what a schema lets a value be. */
function kindOf(schema: JsonSchema): string {
  const { type, items, maxItems, additionalProperties: values } = schema;
  if (schema.enum !== undefined) return oneOf(schema.enum);
  if (type === undefined) return 'any JSON value';
  const kinds = [type].flat().filter((kind) => kind !== 'null');
  const nullable = [type].flat().includes('null') ? ', or null' : '';
  if (items !== undefined) {
    const most = maxItems === undefined ? '' : `, at most ${maxItems}`;
    return `list of ${kindOf(items)}${most}${nullable}`;
  }
  if (typeof values === 'object') return `object; each value: ${kindOf(values)}${nullable}`;
  return [kinds.join(' or '), ...limitsOf(schema)].join(', ') + nullable;
}

const oneOf = (values: readonly unknown[]): string =>
  values.map((value) => `\`${String(value)}\``).join(', ');

function* limitsOf(schema: JsonSchema): Generator<string> {
  const { minimum, maximum, exclusiveMinimum, minLength, maxLength, pattern, anyOf } = schema;
  if (minimum !== undefined && maximum !== undefined) yield `${minimum} to ${maximum}`;
  else if (minimum !== undefined) yield `at least ${minimum}`;
  else if (maximum !== undefined) yield `at most ${maximum}`;
  if (exclusiveMinimum !== undefined) yield `above ${exclusiveMinimum}`;
  if (minLength !== undefined && maxLength !== undefined) yield `${minLength} to ${maxLength} characters`;
  else if (maxLength !== undefined) yield `at most ${maxLength} characters`;
  else if (minLength !== undefined) yield 'not empty';
  if (pattern === NOT_BLANK) yield 'not blank';
  else if (pattern !== undefined) yield `of the form \`${pattern}\``;
  if (anyOf !== undefined) yield anyOf.map(({ format }) => FORMATS[format ?? ''] ?? format).join(' or ');
}

const NOT_BLANK = '\\S';
const FORMATS: Readonly<Record<string, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };
