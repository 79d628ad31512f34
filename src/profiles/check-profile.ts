import { closest } from 'fastest-levenshtein';
import { ERROR_FACTS, MESSAGE_FACTS, SUMMARY_FACTS } from './facts.js';
import type { OutcomeKind, Profile } from './profile.js';

type Problems = string[];
/** Adds what is wrong with a value to the problems, each beginning with where it is. */
type Check = (value: unknown, at: string, problems: Problems) => void;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const OUTCOMES: readonly OutcomeKind[] = ['processed', 'filtered', 'error'];
/** Which profile runs is not a profile's to say. */
const NOT_PRESET = ['PROFILE', 'PROFILE_FILE'];

const sentence: Check = (value, at, problems) => {
  if (typeof value !== 'string' || value.trim() === '') problems.push(`${at} must be a sentence`);
};

const flag: Check = (value, at, problems) => {
  if (typeof value !== 'boolean') problems.push(`${at} must be true or false`);
};

const settings: Check = (value, at, problems) => {
  if (!isObject(value)) return void problems.push(`${at} must be an object of variables and their texts`);
  for (const [name, text] of Object.entries(value)) {
    if (typeof text !== 'string')
      problems.push(`${at}.${name} must be text, as it would be written in the variable`);
    if (NOT_PRESET.includes(name)) problems.push(`${at}.${name} cannot be preset by a profile`);
  }
};

/** @param known the names that are facts; null: any field of a login, which is looked up when all processors are known */
const fields =
  (known: readonly string[] | null): Check =>
  (value, at, problems) => {
    if (!Array.isArray(value)) return void problems.push(`${at} must be a list of fields`);
    const names = new Set<string>();
    value.forEach((field: unknown, index) => {
      const here = `${at}[${index}]`;
      if (known === null && isObject(field) && 'input' in field) return input(field, index, here, problems);
      const { name, from, ...others } =
        typeof field === 'string'
          ? { name: field, from: field }
          : ({ ...(field as object) } as Record<string, unknown>);
      if (
        typeof name !== 'string' ||
        typeof from !== 'string' ||
        name === '' ||
        Object.keys(others).length > 0
      )
        return void problems.push(
          `${here} must be the name of a field, or { "name", "from" }${known === null ? ', or { "input" }' : ''}`,
        );
      if (names.has(name)) problems.push(`${here} has the name "${name}" a second time`);
      names.add(name);
      if (known !== null) fact(from, known, here, problems);
    });
  };

function input(field: Record<string, unknown>, index: number, at: string, problems: Problems): void {
  const { input: value, ...others } = field;
  const isMap = isObject(value) && Object.values(value).every((source) => typeof source === 'string');
  if ((value !== 'bytes' && !isMap) || Object.keys(others).length > 0)
    problems.push(
      `${at} must be { "input": "bytes" } or { "input": { <input field>: <field written instead> } }`,
    );
  else if (value === 'bytes' && index > 0) problems.push(`${at} must come first, as it is the input's bytes`);
}

function fact(name: string, known: readonly string[], at: string, problems: Problems): void {
  if (!known.includes(name))
    problems.push(`${at} is "${name}", which is not known there; did you mean "${closest(name, known)}"?`);
}

const summaries: Check = (value, at, problems) => {
  if (value === null) return;
  const { topic, fields: list, log, ...others } = isObject(value) ? value : { none: true };
  if ((topic !== 'summary' && topic !== 'metrics') || Object.keys(others).length > 0)
    problems.push(`${at} must be null or { "topic": "summary" or "metrics", "fields", "log" }`);
  fields(SUMMARY_FACTS)(list, `${at}.fields`, problems);
  flag(log, `${at}.log`, problems);
};

const messages: Check = (value, at, problems) => {
  if (!Array.isArray(value)) return void problems.push(`${at} must be a list of { "on", "value" }`);
  value.forEach((each: unknown, index) => {
    const here = `${at}[${index}]`;
    const { on, value: tree, ...others } = isObject(each) ? each : { none: true };
    const isList =
      Array.isArray(on) && on.length > 0 && on.every((kind) => OUTCOMES.includes(kind as OutcomeKind));
    if (!isList || Object.keys(others).length > 0)
      problems.push(`${here} must be { "on": a list of ${OUTCOMES.join(', ')}, "value" }`);
    template(tree, `${here}.value`, problems);
  });
};

const template: Check = (value, at, problems) => {
  if (typeof value === 'string') return fact(value, MESSAGE_FACTS, at, problems);
  if (typeof value !== 'object' || value === null)
    return void problems.push(`${at} must be an object or a list of facts of the message`);
  for (const [name, part] of Object.entries(value))
    template(part, Array.isArray(value) ? `${at}[${name}]` : `${at}.${name}`, problems);
};

const MEMBERS: { readonly [Member in keyof Profile]: Check } = {
  summary: sentence,
  settings,
  processed: fields(null),
  filteredContent: fields(null),
  errorRecord: fields(ERROR_FACTS),
  summaries,
  messages,
  metrics: flag,
};

/**
 * Lists everything that is wrong with a profile from outside.
 *
 * @param base what it extends; undefined: nothing, and then every member must be there
 * @param known names of the profiles that can be extended
 */
export function checkProfile(
  members: Readonly<Record<string, unknown>>,
  base: unknown,
  known: readonly string[],
): string[] {
  const problems: Problems = [];
  if (base !== undefined && !known.includes(base as string))
    problems.push(`extends must be one of: ${known.join(', ')}`);
  for (const [name, check] of Object.entries(MEMBERS)) {
    if (Object.hasOwn(members, name)) check(members[name], name, problems);
    else if (base === undefined) problems.push(`has no ${name}, and extends no profile that has one`);
  }
  for (const name of Object.keys(members))
    if (!Object.hasOwn(MEMBERS, name))
      problems.push(
        `has ${JSON.stringify(name)}, which profiles do not have; did you mean "${closest(name, Object.keys(MEMBERS))}"?`,
      );
  return problems;
}
