import type { ErrorType } from '../../pipeline/outcome.js';

/** When a record is an error of which type, for people. In the order in which they are looked for: the first counts. */
export const ERROR_TYPES: Readonly<Record<ErrorType, string>> = {
  null_value: 'The record has no value.',
  too_large: 'The value is larger than `MAX_MESSAGE_BYTES`.',
  not_utf8: 'The value is not UTF-8.',
  byte_order_mark: 'The value begins with a byte order mark.',
  not_json: 'The value is not JSON.',
  not_an_object: 'The value is JSON, but not an object.',
  forbidden_key: 'An object in it has the key `__proto__`.',
  too_deep: 'It is nested deeper than `MAX_JSON_DEPTH`; the outermost object is level 1.',
  unsafe_integer: 'With `UNKNOWN_FIELDS=keep`: a number in it would change, as whole numbers beyond 2^53 do.',
  missing_fields: 'A field is absent or null.',
  invalid_fields: 'All fields are there, and one breaks a rule.',
  unknown_fields: 'With `UNKNOWN_FIELDS=reject`: it has a field that is not part of a login.',
  future_timestamp: 'The event is more than `MAX_FUTURE_SECONDS` after its arrival.',
  output_too_large: 'The login is valid, but what is kept of it does not fit into its topic.',
};
