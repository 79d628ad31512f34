import type { Rejected, Violation } from '../pipeline/outcome.js';
import { sentenceOf } from './identity.js';

/** The order in which fields are listed. */
const FIELDS = ['user_id', 'ip', 'device_id', 'app_version', 'device_type', 'timestamp', 'locale'];

/** One line that says what kind of error it is and names the fields. */
export function errorWithFields(rejected: Rejected): string {
  const { violations } = rejected;
  const missing = fieldsOf(violations.filter(({ rule }) => rule === 'missing'));
  if (missing.includes('user_id')) return 'Missing user_id';
  if (missing.length > 0) return `Missing fields: ${missing.join(', ')}`;
  const invalid = fieldsOf(violations);
  if (invalid.length > 0) return `Invalid fields: ${invalid.join(', ')}`;
  return `Message parsing error: ${sentenceOf(rejected)}`;
}

function fieldsOf(violations: readonly Violation[]): string[] {
  const broken = new Set(violations.flatMap(({ field }) => (field === null ? [] : [field])));
  const known = FIELDS.filter((field) => broken.has(field));
  return [...known, ...[...broken].filter((field) => !FIELDS.includes(field))];
}
