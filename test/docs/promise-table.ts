export const STATES = ['kept', 'changed', 'declined', 'planned'] as const;
export type State = (typeof STATES)[number];

/** A row of the page; its cells are Markdown. */
export interface Promised {
  readonly id: string;
  readonly promised: string;
  readonly state: string;
  readonly where: string;
  readonly why: string;
}

/** One earlier system: its letter, the profile that does the same, and its rows in order. */
export interface PromisedSystem {
  readonly letter: string;
  readonly profile: string;
  readonly rows: readonly Promised[];
}

/** The sections `## A: …` of the page. */
export function systemsOf(page: string): PromisedSystem[] {
  return page
    .split(/^## /m)
    .filter((section) => /^[A-Z]: /.test(section))
    .map((section) => ({
      letter: section[0],
      profile: /^Profile `([^`]+)`: `npm run demo -- --profile \1`\.$/m.exec(section)?.[1] ?? '',
      rows: cellsOf(section).map(([id, promised, state, where, why, ...more]) => {
        if (why === undefined || more.length > 0) throw new Error(`${id} has not five cells.`);
        return { id, promised, state, where, why };
      }),
    }));
}

/** The cells of every row of a section's table, without its head. */
export function cellsOf(section: string): string[][] {
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
}

/** What the table of figures has to say: of each system and of all, how many rows are in each state, and how many there are. */
export function figuresOf(systems: readonly PromisedSystem[]): string[][] {
  const line = (name: string, rows: readonly Promised[]) => [
    name,
    ...STATES.map((state) => String(rows.filter((row) => row.state === state).length)),
    String(rows.length),
  ];
  return [
    ...systems.map(({ letter, rows }) => line(letter, rows)),
    line(
      'all',
      systems.flatMap(({ rows }) => rows),
    ),
  ];
}
