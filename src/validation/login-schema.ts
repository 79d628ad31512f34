import { ValidationTypes } from 'class-validator';
import type { ValidationMetadata } from 'class-validator/types/metadata/ValidationMetadata.js';
import { targetConstructorToSchema } from 'class-validator-jsonschema';
import { LoginDto } from './login.dto.js';
import type { SchemaFragment } from './rules/rule.js';

/**
 * The JSON Schema of a login, made from the metadata of the DTO. Besides standard keywords it uses the format
 * `ip` and the keyword `wellFormed`.
 *
 * @throws Error if a decorator of the DTO is not one of our rules and has no conversion
 */
export function loginSchema(): SchemaFragment {
  return targetConstructorToSchema(LoginDto, {
    // The library comes here for every decorator that is none of class-validator's own.
    additionalConverters: { [ValidationTypes.CUSTOM_VALIDATION]: schemaOfRule },
  }) as SchemaFragment;
}

/** A rule carries its schema as its first constraint. Without one the compiled check would be laxer than the DTO. */
function schemaOfRule(metadata: ValidationMetadata): SchemaFragment {
  const schema: unknown = metadata.constraints?.[0];
  if (typeof schema !== 'object' || schema === null) {
    throw new Error(
      `The rule "${metadata.name}" of ${metadata.propertyName} has no JSON Schema; make it with rule().`,
    );
  }
  return schema as SchemaFragment;
}
