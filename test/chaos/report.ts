import { isGood } from './run-case.js';
import type { CaseResult } from './run-case.js';

const SHOWN = 5;

const number = (value: number): string => value.toLocaleString('en-US');
const counted = (value: number, what: string): string => `${number(value)} ${what}${value === 1 ? '' : 's'}`;

/** What is compared beside the records themselves. */
function compared({ profile, recounts }: CaseResult): string {
  if (profile === 'basic') return 'records';
  return recounts ? 'totals' : 'counters';
}

/** One line of what happened, and of what was wrong some more. */
export function reportOf(result: CaseResult): string {
  const { name, title, seed, seconds, faults, verdict, error, folder } = result;
  const counts =
    verdict === null
      ? 'no verdict'
      : `${counted(verdict.messages, 'message')}, ${counted(faults, 'fault')}, lost ${number(verdict.lost.length)}, twice ${number(verdict.twice.length)}, ${compared(result)} ${verdict.unequal.length === 0 ? 'equal' : 'NOT EQUAL'}`;
  const line = `${title}: ${counts}, ${seconds} s`;
  if (isGood(result)) return line;
  return [
    `FAILED ${line}`,
    ...(error === null ? [] : [`  ${error.message}`]),
    ...shown('lost', verdict?.lost),
    ...shown('twice', verdict?.twice),
    ...shown('not equal', verdict?.unequal),
    `  Again: npm run chaos -- --only ${name} --seed ${seed}`,
    `  Logs: ${folder}`,
  ].join('\n');
}

function shown(what: string, found: readonly string[] = []): string[] {
  const lines = found.slice(0, SHOWN).map((finding) => `  ${what}: ${finding}`);
  return found.length > SHOWN ? [...lines, `  ${what}: ${number(found.length - SHOWN)} more`] : lines;
}

const HEAD = ['case', 'messages', 'faults', 'lost', 'twice', 'not equal', 'time', 'seed'];

/**
 * The results as a table in Markdown.
 *
 * @param order names of all cases
 * @param before a table of this kind: its rows stay where there is no newer result
 */
export function tableOf(results: readonly CaseResult[], order: readonly string[], before = ''): string {
  const rows = new Map<string, string>();
  for (const line of before.split('\n').slice(2)) {
    const cells = line.split('|').map((cell) => cell.trim());
    rows.set(cells[1], cells.slice(1, -1).join(' | '));
  }
  for (const { name, seconds, seed, faults, verdict } of results) {
    const { messages, lost, twice, unequal } = verdict ?? {};
    const counts = [messages, faults, lost?.length, twice?.length, unequal?.length];
    const cells = counts.map((count) => (count === undefined ? 'no verdict' : number(count)));
    rows.set(name, [name, ...cells, `${number(seconds)} s`, seed].join(' | '));
  }
  const lines = [
    HEAD.join(' | '),
    `---${'|---:'.repeat(HEAD.length - 1)}`,
    ...order.flatMap((name) => rows.get(name) ?? []),
  ];
  return lines.map((line) => `| ${line} |`).join('\n');
}
