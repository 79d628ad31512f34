import { stripVTControlCharacters } from 'node:util';

export interface Column {
  readonly title: string;
  /** Default `left`; numbers are `right`. */
  readonly align?: 'left' | 'right';
}

const GAP = '  ';

/**
 * Columns as wide as their widest cell, two spaces apart, no trailing spaces. Cells may have colours; their
 * text is taken as one column for each code point.
 *
 * @param heading paints the line of titles; leave out for no such line
 * @returns lines, each ending with a newline
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  heading?: (line: string) => string,
): string {
  const titles = columns.map(({ title }) => title);
  const shown = heading === undefined ? rows : [titles, ...rows];
  const widths = columns.map((_, i) => shown.reduce((most, row) => Math.max(most, width(row[i])), 0));
  const lines = shown.map((row) =>
    row.map((cell, i) => pad(cell, widths[i], columns[i].align ?? 'left', i === row.length - 1)).join(GAP),
  );
  if (heading !== undefined) lines[0] = heading(lines[0]);
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

const width = (cell: string): number => [...stripVTControlCharacters(cell)].length;

function pad(cell: string, to: number, align: 'left' | 'right', last: boolean): string {
  const spaces = ' '.repeat(to - width(cell));
  if (align === 'right') return spaces + cell;
  return last ? cell : cell + spaces;
}
