import type { Rejected } from '../pipeline/outcome.js';

/** Code points of a usable `user_id` or `device_id`. */
const MAX_ID_LENGTH = 128;

/** Stands for a user without a usable id, where a record must name one. */
export const UNKNOWN = 'Unknown';

/** All reasons in one line. They never repeat a value. */
export const sentenceOf = ({ violations }: Rejected): string =>
  violations.map(({ message }) => message).join(' ');

/** What a message that is no login says in one of our fields; undefined when it has no such field. */
export function saidIn(content: unknown, field: string): unknown {
  const has = typeof content === 'object' && content !== null && Object.hasOwn(content, field);
  return has ? (content as Record<string, unknown>)[field] : undefined;
}

export const isBroken = ({ violations }: Rejected, field: string): boolean =>
  violations.some((violation) => violation.field === field);

/** Where identities are looked for. The decoder gives only the text of what is nested too deep for a JSON writer. */
export function identifiedContent({ content, raw, violations }: Rejected): unknown {
  const isText = typeof content === 'string' && violations.some(({ rule }) => rule === 'too_deep');
  return isText ? JSON.parse(String(raw.value)) : content;
}

/** An identity that can be searched for: the field's value if it broke no rule. */
export function usableId(
  content: unknown,
  rejected: Rejected,
  field: 'user_id' | 'device_id',
): string | null {
  const value = saidIn(content, field);
  if (typeof value !== 'string' || isBroken(rejected, field) || value.trim() === '') return null;
  return [...value].length <= MAX_ID_LENGTH && !/[\ud800-\udfff]/u.test(value) ? value : null;
}
