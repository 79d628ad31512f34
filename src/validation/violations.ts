import { validateSync } from 'class-validator';
import type { Violation } from '../pipeline/outcome.js';
import { LOGIN_FIELDS, LoginDto } from './login.dto.js';

/**
 * Every rule of the DTO that a content fails, in the order of the fields and of their decorators; none if it is a
 * login. Some microseconds: the way of the bad messages.
 */
export function violationsOf(content: Readonly<Record<string, unknown>>): Violation[] {
  const errors = validateSync(ownFields(content), { validationError: { target: false, value: false } });
  return errors.flatMap(({ property, constraints }) =>
    Object.entries(constraints ?? {})
      // Decorators are applied from the last to the first.
      .reverse()
      .map(([rule, message]) => ({ field: property, rule, message })),
  );
}

/** Copies the fields of a login. Own properties only: what `Object.prototype` may hold is no input. */
function ownFields(content: Readonly<Record<string, unknown>>): LoginDto {
  const fields = LOGIN_FIELDS.map((field) => [
    field,
    Object.hasOwn(content, field) ? content[field] : undefined,
  ]);
  return Object.assign(new LoginDto(), Object.fromEntries(fields) as Partial<LoginDto>);
}
