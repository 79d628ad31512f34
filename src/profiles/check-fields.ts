import { closest } from 'fastest-levenshtein';
import { LOGIN_FIELDS } from '../validation/login.dto.js';
import { UNKNOWN_FIELDS } from './profile.js';

/** Adds what is wrong with a value to the problems, each beginning with where it is. */
export type Check = (value: unknown, at: string, problems: string[]) => void;

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parts of a login that are no texts or numbers. */
const NOT_WRITTEN = ['raw', 'input', 'unknown_fields', UNKNOWN_FIELDS];

/** Checks that a name is one of those that there are. */
export function checkName(name: string, names: readonly string[], at: string, problems: string[]): void {
  if (!names.includes(name))
    problems.push(`${at} is "${name}", which is not known there; did you mean "${closest(name, names)}"?`);
}

/** @param facts the names that there are; null: any field of a login, which is looked up when all processors are known */
export const fieldList =
  (facts: readonly string[] | null): Check =>
  (value, at, problems) => {
    if (!Array.isArray(value)) return void problems.push(`${at} must be a list of fields`);
    const names = new Set<string>();
    value.forEach((field: unknown, index) => {
      const here = `${at}[${index}]`;
      if (facts === null && field === UNKNOWN_FIELDS) return;
      if (facts === null && isObject(field) && 'input' in field)
        return inputField(field, index, here, problems);
      const named = namedField(field);
      if (named === null)
        return void problems.push(
          `${here} must be the name of a field, or { "name", "from" }${facts === null ? ', or { "input" }' : ''}`,
        );
      if (names.has(named.name)) problems.push(`${here} has the name "${named.name}" a second time`);
      names.add(named.name);
      if (facts !== null) checkName(named.from, facts, here, problems);
      else if (NOT_WRITTEN.includes(named.from))
        problems.push(`${here} is "${named.from}", which is not a field that can be written`);
    });
    if (value.filter((field) => field === UNKNOWN_FIELDS || (isObject(field) && 'input' in field)).length > 1)
      problems.push(`${at} has the input, or its unknown fields, more than once`);
  };

function namedField(field: unknown): { readonly name: string; readonly from: string } | null {
  if (typeof field === 'string') return field === '' ? null : { name: field, from: field };
  if (!isObject(field)) return null;
  const { name, from, ...others } = field;
  const isNamed = typeof name === 'string' && name !== '' && typeof from === 'string';
  return isNamed && Object.keys(others).length === 0 ? { name, from } : null;
}

/** @param index of the field in its list */
function inputField(field: Record<string, unknown>, index: number, at: string, problems: string[]): void {
  const { input, ...others } = field;
  const isMap = isObject(input) && Object.values(input).every((source) => typeof source === 'string');
  if ((input !== 'bytes' && !isMap) || Object.keys(others).length > 0)
    return void problems.push(
      `${at} must be { "input": "bytes" } or { "input": { <input field>: <field written instead> } }`,
    );
  if (isMap) for (const name of Object.keys(input)) checkName(name, LOGIN_FIELDS, `${at}.input`, problems);
  else if (index > 0) problems.push(`${at} must come first, as it is the input's bytes`);
}
