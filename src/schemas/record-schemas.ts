import { readFileSync } from 'node:fs';
import { isIPv4, isIPv6 } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { UnknownFields } from '../config/input.settings.js';
import type { JsonSchema, RecordRole } from './json-schema.js';

/** One rule of a schema that a record breaks. */
export interface SchemaViolation {
  /** JSON pointer of the value, of the field that is missing, or of the field that should not be there; empty: the record. */
  readonly path: string;
  /** Keyword of the schema: `required`, `type`, `additionalProperties`, … */
  readonly rule: string;
  /** Never repeats the value. */
  readonly message: string;
}

export type RecordValidator = (value: unknown) => readonly SchemaViolation[];

/** The schemas lie beside `src` and `dist`, at the same distance from both. */
const SCHEMAS = new URL('../../schemas/', import.meta.url);
const validators = new Map<string, RecordValidator>();

/**
 * The schema of the records that a profile writes, as it is published.
 *
 * @throws when the profile writes no such records
 */
export function recordSchema(role: RecordRole, profile: string): JsonSchema {
  const url = new URL(`${encodeURIComponent(profile)}/${role}.schema.json`, SCHEMAS);
  try {
    return JSON.parse(readFileSync(url, 'utf8')) as JsonSchema;
  } catch (cause) {
    throw new Error(`There is no schema of ${role} records of the profile "${profile}".`, { cause });
  }
}

/**
 * A function that lists every rule of the schema that a parsed record breaks; none if it is valid. Compiled once per
 * schema, which takes some milliseconds.
 *
 * @param unknownFields what becomes of the input's unknown fields: only `keep` lets a record have fields of no known name
 * @throws when the profile writes no such records
 */
export function validatorFor(
  role: RecordRole,
  profile: string,
  unknownFields: UnknownFields = 'keep',
): RecordValidator {
  const key = `${profile}/${role}/${unknownFields}`;
  const known = validators.get(key);
  if (known !== undefined) return known;
  const published = recordSchema(role, profile);
  const validator = compile(unknownFields === 'keep' ? published : closed(published));
  validators.set(key, validator);
  return validator;
}

/** `additionalProperties` is true only where unknown fields may be. */
function closed(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) =>
    key === 'additionalProperties' && value === true ? false : value,
  ) as JsonSchema;
}

function compile(schema: JsonSchema): RecordValidator {
  const ajv = new Ajv2020({
    strict: true,
    allowUnionTypes: true,
    allErrors: true,
    // A field that an object merely inherits is absent.
    ownProperties: true,
    formats: { ipv4: isIPv4, ipv6: (text) => isIPv6(text) && !text.includes('%') },
  });
  const validate = ajv.compile(schema);
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(violation));
}

function violation({
  instancePath,
  keyword,
  params,
  message = 'is not valid',
}: ErrorObject): SchemaViolation {
  const field: unknown = params.missingProperty ?? params.additionalProperty ?? params.propertyName;
  const path = field === undefined ? instancePath : `${instancePath}/${pointer(String(field))}`;
  const allowed = keyword === 'enum' ? `: ${(params.allowedValues as unknown[]).join(', ')}` : '';
  return { path, rule: keyword, message: message + allowed };
}

const pointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
