import type { JsonSchema } from '../../src/schemas/json-schema.js';

/** A record of which one thing is wrong, and where a schema has to find it. */
export interface Mutation {
  readonly what: string;
  /** JSON pointer. */
  readonly path: string;
  readonly record: unknown;
}

type Json = Record<string, unknown>;
type Place = readonly (string | number)[];

/** One of every type, and a number that is not whole. */
const VALUES = [null, true, 1.5, '\u0000 no such text', [[]], { 'no such field': {} }];

/**
 * Every way to spoil a record that its schema has to notice: of each object, at every depth, a field is taken away and
 * one is added; each value is replaced by one of every type that it must not have, by numbers and texts beyond its
 * limits, and by a text that is none of the allowed ones or not of their form.
 */
export function* mutations(record: unknown, schema: JsonSchema): Generator<Mutation> {
  for (const { place, schema: field } of placesOf(record, schema)) {
    for (const value of wrongValues(field))
      yield mutation(`${JSON.stringify(value)} at`, place, replaced(record, place, value));
    const value = at(record, place);
    if (typeof value !== 'object' || value === null || field.properties === undefined) continue;
    for (const name of field.required ?? [])
      yield mutation('no', [...place, name], without(record, place, name));
    if (field.additionalProperties === false) {
      const more = { ...value, 'no such field': 1 };
      yield mutation('an added', [...place, 'no such field'], replaced(record, place, more));
    }
  }
}

/** Every value of a record that its schema says something about. */
function* placesOf(
  value: unknown,
  schema: JsonSchema,
  place: Place = [],
): Generator<{ place: Place; schema: JsonSchema }> {
  yield { place, schema };
  if (Array.isArray(value) && schema.items !== undefined) {
    for (const index of value.keys()) yield* placesOf(value[index], schema.items, [...place, index]);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const { additionalProperties: others } = schema;
      const known = schema.properties?.[name] ?? (typeof others === 'object' ? others : undefined);
      if (known !== undefined) yield* placesOf(inner, known, [...place, name]);
    }
  }
}

function* wrongValues(schema: JsonSchema): Generator<unknown> {
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return;
  for (const value of VALUES) if (!types.some((type) => isOf(type, value))) yield value;
  const { minimum, maximum, exclusiveMinimum, pattern, minLength, maxLength } = schema;
  if (minimum !== undefined) yield minimum - 1;
  if (exclusiveMinimum !== undefined) yield exclusiveMinimum;
  if (maximum !== undefined) yield maximum + 1;
  if (minLength !== undefined) yield 'x'.repeat(minLength - 1);
  if (maxLength !== undefined) yield '0'.repeat(maxLength + 1);
  if (schema.enum !== undefined && types.includes('string')) yield '\u0000 no such text';
  if (pattern !== undefined) yield pattern === '\\S' ? ' \n' : 'No Such Text\u0000';
}

function isOf(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

const mutation = (what: string, place: Place, record: unknown): Mutation => {
  const path = place.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return { what: `${what} ${path}`, path, record };
};

const at = (value: unknown, place: Place): unknown =>
  place.reduce((inner, step) => (inner as Json)[step as string], value);

/** A copy with another value at a place. */
function replaced(value: unknown, [step, ...rest]: Place, other: unknown): unknown {
  if (step === undefined) return other;
  if (Array.isArray(value))
    return value.map((inner, index) => (index === step ? replaced(inner, rest, other) : inner));
  return { ...(value as Json), [step]: replaced((value as Json)[step], rest, other) };
}

function without(value: unknown, place: Place, name: string): unknown {
  const others = Object.entries(at(value, place) as Json).filter(([field]) => field !== name);
  return replaced(value, place, Object.fromEntries(others));
}
