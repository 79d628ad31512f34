import { isMissing, rule } from './rule.js';

/** `not_integer`: neither a number with an integer value (`1e3` and `1.0` have one) nor a string. */
export function IsIntegerOrText(): PropertyDecorator {
  return rule({
    name: 'not_integer',
    holds: (value) => isMissing(value) || typeof value === 'string' || Number.isInteger(value),
    schema: { type: ['integer', 'string'] },
    message: '$property must be an integer, or a string of its digits.',
  });
}

/** `not_positive`: a number that is not greater than 0. */
export function IsPositive(): PropertyDecorator {
  return rule({
    name: 'not_positive',
    holds: (value) => typeof value !== 'number' || value > 0,
    schema: { exclusiveMinimum: 0 },
    message: '$property must be greater than 0.',
  });
}
