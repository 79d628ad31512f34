import type { Holder } from '../../analytics/durable/lock-holder.js';
import { describeHolder } from '../../analytics/durable/lock-holder.js';
import { byteText, grouped } from '../support/quantities.js';
import { table } from '../support/table.js';
import type { Column } from '../support/table.js';
import { printable } from '../support/terminal.js';
import type { Paint } from '../support/terminal.js';
import type { StateFigures } from './figures.js';
import type { CheckpointReport, GenerationReport, Inspection, JournalReport } from './inspection.js';

const right = (title: string): Column => ({ title, align: 'right' });
const COLUMNS = [right('PARTITION'), right('CHECKPOINT'), right('JOURNAL FROM'), right('JOURNAL TO')];

/** For people: who uses it, then each generation with its partitions, then what is damaged. */
export function inspectionText(
  path: string,
  holder: Holder | null,
  { generations, damage }: Inspection,
  paint: Paint,
): string {
  const use = holder === null ? 'not in use' : `in use by ${printable(describeHolder(holder))}`;
  const sections = [`${paint('bold', path)}: ${use}\n`];
  if (generations.length === 0) sections.push('There is no state in it.\n');
  for (const generation of generations) sections.push(generationText(generation, paint));
  if (damage.length > 0)
    sections.push(damage.map((each) => `${paint('red', 'Damaged:')} ${each}\n`).join(''));
  return sections.join('\n');
}

function generationText({ generation, checkpoint, journal }: GenerationReport, paint: Paint): string {
  const lines = [paint('bold', `Generation ${generation}`)];
  if (checkpoint === null) lines.push('  checkpoint  none, or none that can be read');
  else lines.push(...checkpointLines(checkpoint));
  lines.push(`  journal     ${journal === null ? 'none, or none that can be read' : journalText(journal)}`);
  const partitions = rowsOf(checkpoint, journal);
  const rows = partitions.length === 0 ? '' : table(COLUMNS, partitions, (line) => paint('bold', line));
  return `${lines.join('\n')}\n${rows.replaceAll(/^/gm, '  ').trimEnd()}${rows === '' ? '' : '\n'}`;
}

function checkpointLines(checkpoint: CheckpointReport): string[] {
  const { created_at, service_version, bytes, group, topic, cluster_id, figures } = checkpoint;
  return [
    `  checkpoint  of ${created_at}, by version ${printable(service_version)}, ${byteText(bytes)}`,
    `  of          group ${printable(group)}, topic ${printable(topic)}, cluster ${printable(cluster_id)}`,
    `  counted     ${countedText(figures)}`,
    `  remembered  ${rememberedText(figures)}`,
  ];
}

export const countedText = ({ processed, filtered, errors, summary_sequence }: StateFigures): string =>
  `${grouped(processed)} processed, ${grouped(filtered)} filtered, ${grouped(errors)} errors; ${grouped(summary_sequence)} summaries`;

export function rememberedText(figures: StateFigures): string {
  const parts = [
    [figures.users, 'users'],
    [figures.devices, 'devices'],
    [figures.duplicates, 'values against duplicates'],
    [figures.unique_users, 'distinct users'],
    [figures.unique_devices, 'distinct devices'],
    [figures.sessions_started, 'sessions so far'],
  ] as const;
  const kept = parts.flatMap(([count, what]) => (count === null ? [] : `${grouped(count)} ${what}`));
  return kept.join(', ') || 'nothing but counts';
}

function journalText({ entries, batches, summaries, erasures, new_logs, bytes }: JournalReport): string {
  const kinds = [
    [batches, 'batches'],
    [summaries, 'summaries by time'],
    [erasures, 'erasures'],
    [new_logs, 'new logs'],
  ] as const;
  const named = kinds.flatMap(([count, what]) => (count === 0 ? [] : `${grouped(count)} ${what}`));
  const which = named.length === 0 ? '' : ` (${named.join(', ')})`;
  return `${grouped(entries)} entries${which}, ${byteText(bytes)}`;
}

function rowsOf(checkpoint: CheckpointReport | null, journal: JournalReport | null): string[][] {
  const next = new Map(checkpoint?.positions.map((each) => [each.partition, each.next_offset]));
  const covered = new Map(journal?.partitions.map((each) => [each.partition, each]));
  return [...new Set([...next.keys(), ...covered.keys()])]
    .sort((a, b) => a - b)
    .map((partition) => {
      const range = covered.get(partition);
      const cells = [next.get(partition), range?.from, range?.end];
      return [String(partition), ...cells.map((offset) => (offset === undefined ? '-' : grouped(offset)))];
    });
}
