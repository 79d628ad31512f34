import type { ValidationArguments } from 'class-validator';
import { ValidateBy } from 'class-validator';

/**
 * A rule that looks at several settings of a class. Put it on the setting that has to change.
 *
 * @param problem what is wrong, to follow the variable's name ("must not be …"), or undefined. It may see
 *   text where another setting is not acceptable, and must not repeat values.
 */
export function Check<T extends object>(problem: (settings: T) => string | undefined): PropertyDecorator {
  const problemOf = (args?: ValidationArguments) => problem(args?.object as T);
  return ValidateBy({
    name: 'check',
    validator: {
      validate: (_value: unknown, args?: ValidationArguments) => problemOf(args) === undefined,
      defaultMessage: (args?: ValidationArguments) => problemOf(args) ?? '',
    },
  });
}
