import type { Paint } from '../support/terminal.js';
import { printable } from '../support/terminal.js';
import { table } from '../support/table.js';
import type { SettingRow } from './setting-rows.js';

const COLUMNS = [{ title: '' }, { title: '' }, { title: '' }];

/** The settings as sections of aligned lines: variable, value, where it comes from. */
export function configText(rows: readonly SettingRow[], profile: string, paint: Paint): string {
  const cells = rows.map(({ name, value, source }) => [
    `  ${name}`,
    source === 'default' ? valueText(value, paint) : paint('bold', valueText(value, paint)),
    paint(source === 'default' ? 'dim' : 'cyan', sourceText(source, name, profile)),
  ]);
  // One table, so that all sections have the same columns.
  const lines = table(COLUMNS, cells).split('\n');
  const text = rows.flatMap(({ group }, i) =>
    group === rows[i - 1]?.group ? [lines[i]] : [...(i === 0 ? [] : ['']), paint('bold', group), lines[i]],
  );
  return text.map((line) => `${line}\n`).join('');
}

function valueText(value: string | null, paint: Paint): string {
  if (value === null) return paint('dim', '(none)');
  return value === '' ? paint('dim', '(empty: off)') : printable(value);
}

function sourceText(source: SettingRow['source'], name: string, profile: string): string {
  if (source === 'file') return `file of ${name}_FILE`;
  return source === 'profile' ? `profile ${profile}` : source;
}
