import { isMissing, rule } from './rule.js';

/** `not_string`. */
export function IsText(): PropertyDecorator {
  return rule({
    name: 'not_string',
    holds: (value) => isMissing(value) || typeof value === 'string',
    schema: { type: 'string' },
    message: '$property must be a string.',
  });
}
