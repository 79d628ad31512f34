import type { Violation } from '../pipeline/outcome.js';
import { LOGIN_FIELDS } from './login.dto.js';

const KNOWN: ReadonlySet<string> = new Set(LOGIN_FIELDS);

/** How many unknown fields are listed one by one, and how much of a name: an error must not outgrow its message. */
const MAX_LISTED = 100;
const MAX_NAME = 128;

/** True if a valid login has other fields besides. (It has all of ours, so their number tells.) */
export function hasUnknownFields(login: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(login).length > LOGIN_FIELDS.length;
}

/** The fields that are not part of a login, in input order. The object has no prototype, so any name is safe. */
export function unknownFieldsOf(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const unknown = Object.create(null) as Record<string, unknown>;
  for (const name of unknownNames(content)) unknown[name] = content[name];
  return unknown;
}

/** One violation for each unknown field (rule `unknown`); beyond 100 one more, of the whole record, counts the rest. */
export function unknownFieldViolations(content: Readonly<Record<string, unknown>>): Violation[] {
  const names = unknownNames(content);
  const violations: Violation[] = names.slice(0, MAX_LISTED).map((name) => ({
    field: name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name,
    rule: 'unknown',
    // The name is the sender's text as much as a value is, and messages are logged.
    message: 'The field is not part of a login.',
  }));
  const more = names.length - violations.length;
  if (more > 0) {
    violations.push({
      field: null,
      rule: 'unknown',
      message: `${more} more fields are not part of a login.`,
    });
  }
  return violations;
}

function unknownNames(content: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(content).filter((name) => !KNOWN.has(name));
}
