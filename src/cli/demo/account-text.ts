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
    for (const sample of samples) lines.push('', `One record of ${topic}:`, shortened(pretty(sample)));
  return lines.join('\n');
}

const row = (name: string, count: number, note: string): string =>
  `${name.padEnd(NAME_WIDTH)}${count.toLocaleString('en').padStart(COUNT_WIDTH)}${note === '' ? '' : `  ${note}`}`;

const reasons = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => row(`  ${reason}`, count, ''));

/** Lines of a record that are shown: summaries have hundreds. */
const MOST_LINES = 40;

function shortened(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= MOST_LINES) return text;
  return [...lines.slice(0, MOST_LINES), `  … ${lines.length - MOST_LINES} more lines`].join('\n');
}

const pretty = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);
