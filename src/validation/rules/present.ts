import { isMissing, rule } from './rule.js';

/**
 * `missing`: the field is absent or null. An absent key is caught by `required`, which the conversion adds for
 * every field that is not optional; null by the type, which `nullable: false` makes ajv insist on.
 */
export function IsPresent(): PropertyDecorator {
  return rule({
    name: 'missing',
    holds: (value) => !isMissing(value),
    schema: { nullable: false },
    message: '$property is missing.',
  });
}
