import { PROFILES } from '../../profiles/profiles.js';
import type { JsonSchema } from '../json-schema.js';
import { inputSchema } from './input-schema.js';
import { profileSchemas } from './profile-schemas.js';
import { readSourceTypes } from './source-types.js';
import { TypeSchemas } from './type-schema.js';

/** The source's types. Takes a second: it compiles the source. */
export const sourceSchemas = (): TypeSchemas => new TypeSchemas(readSourceTypes());

/** Every schema by its file below the project's root. */
export function allSchemas(types: TypeSchemas): ReadonlyMap<string, JsonSchema> {
  const files = new Map([['schemas/input.schema.json', inputSchema(types)]]);
  for (const [name, profile] of Object.entries(PROFILES))
    for (const [role, schema] of Object.entries(profileSchemas(name, profile, types)))
      files.set(schemaFile(role, name), schema);
  return files;
}

export const schemaFile = (role: string, profile: string): string => `schemas/${profile}/${role}.schema.json`;
