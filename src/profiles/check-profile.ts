import { closest } from 'fastest-levenshtein';
import { MESSAGE_FACTS } from '../publishing/message-writer.js';
import { checkName, fieldList, isObject } from './check-fields.js';
import type { Check } from './check-fields.js';
import { ERROR_FACTS, SUMMARY_FACTS } from './facts.js';
import type { OutcomeKind, Profile } from './profile.js';

/** Deeper templates are a mistake. */
const MOST_LEVELS = 32;
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

const summaries: Check = (value, at, problems) => {
  if (value === null) return;
  const { topic, fields: list, log, ...others } = isObject(value) ? value : { none: true };
  if ((topic !== 'summary' && topic !== 'metrics') || Object.keys(others).length > 0)
    problems.push(`${at} must be null or { "topic": "summary" or "metrics", "fields", "log" }`);
  fieldList(SUMMARY_FACTS)(list, `${at}.fields`, problems);
  flag(log, `${at}.log`, problems);
  const shown = Array.isArray(list) ? list.map((field) => (isObject(field) ? field.from : field)) : [];
  if (log === true && shown.includes('recent_message'))
    problems.push(`${at}.log must be false with recent_message: no personal data goes to the log`);
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

function template(value: unknown, at: string, problems: string[], level = 1): void {
  if (typeof value === 'string') return checkName(value, MESSAGE_FACTS, at, problems);
  if (typeof value !== 'object' || value === null)
    return void problems.push(`${at} must be an object or a list of facts of the message`);
  if (level > MOST_LEVELS) return void problems.push(`${at} is deeper than ${MOST_LEVELS} levels`);
  for (const [name, part] of Object.entries(value))
    template(part, Array.isArray(value) ? `${at}[${name}]` : `${at}.${name}`, problems, level + 1);
}

const MEMBERS: { readonly [Member in keyof Profile]: Check } = {
  summary: sentence,
  settings,
  processed: (value, at, problems) => {
    if (Array.isArray(value) && value.length === 0) problems.push(`${at} must have at least one field`);
    fieldList(null)(value, at, problems);
  },
  filteredContent: fieldList(null),
  errorRecord: fieldList(ERROR_FACTS),
  summaries,
  messages,
  metrics: flag,
};

/**
 * Lists everything that is wrong with a profile from outside.
 *
 * @param base what it extends; undefined: nothing, and then every member must be there
 * @param bases names of the profiles that can be extended
 */
export function checkProfile(
  members: Readonly<Record<string, unknown>>,
  base: unknown,
  bases: readonly string[],
): string[] {
  const problems: string[] = [];
  if (base !== undefined && !bases.includes(base as string))
    problems.push(`extends must be one of: ${bases.join(', ')}`);
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
