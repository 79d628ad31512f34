import { isBalanced, sum } from './account.js';
import type { Account, AccountTopics } from './account.js';

const NAME_WIDTH = 26;
const COUNT_WIDTH = 10;

/** The account as a table for people. */
export function accountText(account: Account, topics: AccountTopics): string {
  const lines = [
    '',
    row('produced', account.produced, topics.input),
    row('processed', account.processed, topics.output),
    row('filtered', sum(account.filtered), topics.filtered),
    ...reasons(account.filtered),
    row('errors', sum(account.errors), topics.error),
    ...reasons(account.errors),
    row('lag', account.lag, ''),
    '',
    isBalanced(account)
      ? 'produced = processed + filtered + errors: every record has exactly one outcome.'
      : 'THE ACCOUNT DOES NOT ADD UP: produced is not processed + filtered + errors, or records are left.',
  ];
  const sides = account.sides.filter(({ count }) => count > 0);
  if (sides.length > 0)
    lines.push('', ...sides.map(({ topic, count }) => row('further records', count, topic)));
  if (account.sample !== null) lines.push('', 'One processed record:', pretty(account.sample));
  for (const { topic, samples } of sides)
    for (const sample of samples)
      lines.push('', `One record of ${topic}:`, JSON.stringify(compact(JSON.parse(sample)), null, 2));
  return lines.join('\n');
}

const row = (name: string, count: number, note: string): string =>
  `${name.padEnd(NAME_WIDTH)}${count.toLocaleString('en').padStart(COUNT_WIDTH)}${note === '' ? '' : `  ${note}`}`;

const reasons = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => row(`  ${reason}`, count, ''));

/** Entries of a count that are shown: there may be hundreds. */
const MOST_ENTRIES = 6;

/** The same with the first entries of every long object inside. */
function compact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, part]) => [name, compact(part, depth + 1)] as const);
  if (depth === 0 || entries.length <= MOST_ENTRIES + 2) return Object.fromEntries(entries);
  const more = entries.length - MOST_ENTRIES;
  return { ...Object.fromEntries(entries.slice(0, MOST_ENTRIES)), '…': `${more} more` };
}

const pretty = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
