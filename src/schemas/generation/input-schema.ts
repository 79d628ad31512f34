import { loginSchema } from '../../validation/login-schema.js';
import { DRAFT } from '../json-schema.js';
import type { JsonSchema } from '../json-schema.js';
import type { TypeSchemas } from './type-schema.js';

/** Keywords that only our own compiled check knows. */
const OWN_KEYWORDS = ['nullable', 'wellFormed'];

/**
 * The input, by the rules of the DTO. Valid by this schema is what a login must be; that strings have no lone
 * surrogates, and what holds for a record as a whole, is beyond JSON Schema.
 */
export function inputSchema(types: TypeSchemas): JsonSchema {
  const { properties, required } = loginSchema() as unknown as Required<JsonSchema>;
  return {
    $schema: DRAFT,
    $id: 'urn:login-stream:record:input',
    title: 'Login',
    description: 'The value of a record of the input topic.',
    type: 'object',
    properties: Object.fromEntries(
      Object.keys(properties).map((field) => [field, loginField(field, types) as JsonSchema]),
    ),
    required,
    additionalProperties: true,
  };
}

/** The fields of every login, in their order. */
export const loginFields = (): string[] => Object.keys(loginSchema().properties as object);

/** A field that stays as it was received: its rules are the DTO's, its description is the login's. */
export function loginField(field: string, types: TypeSchemas): JsonSchema | undefined {
  const rules = (loginSchema().properties as Record<string, JsonSchema>)[field];
  if (rules === undefined) return undefined;
  const published = Object.entries(rules).filter(([keyword]) => !OWN_KEYWORDS.includes(keyword));
  const { format, ...standard }: JsonSchema = Object.fromEntries(published);
  const description = types.property('Login', field)?.description;
  return {
    ...(description !== undefined && { description }),
    ...standard,
    ...(format === 'ip' ? { anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] } : format && { format }),
  };
}
