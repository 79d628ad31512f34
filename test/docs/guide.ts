/** A code block of a guide: its language, the file that it is about, its text, and where in the page it ends. */
export interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

/** Every fenced block of a page of Markdown, in order. The fence names the file: `ts file=src/x.ts`. */
export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language, file, text]) => ({ language, file, text }),
  );
}

/** The part of a page under a heading, up to the next one of its kind. */
export function sectionOf(page: string, heading: string): string {
  const [, ...sections] = page.split(/^## /m);
  const found = sections.find((section) => section.startsWith(`${heading}\n`));
  if (found === undefined) throw new Error(`The page has no section "${heading}".`);
  return found;
}

/** The cells of the rows of a table, without its head; code as plain text. */
export function rowsOf(section: string): string[][] {
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) =>
        cell
          .trim()
          .replace(/^`+ ?| ?`+$/g, '')
          .replaceAll('\\|', '|'),
      ),
  );
}

/** Does to a text what a diff without line numbers says; what it takes away or keeps must be there exactly once. */
export function applyDiff(text: string, diff: string): string {
  const lines = diff.replace(/\n$/, '').split('\n');
  const side = (sign: string) =>
    lines
      .filter((line) => line[0] !== sign)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, after] = [side('+'), side('-')];
  const parts = text.split(before);
  if (parts.length !== 2) throw new Error(`${parts.length - 1} places fit the diff:\n${diff}`);
  return parts.join(after);
}
