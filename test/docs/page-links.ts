import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A page of Markdown, and where it is. */
export interface Page {
  readonly url: URL;
  readonly text: string;
}

/** A link as `[label]`, and the quoted name of a test behind it. */
export interface LabelUse {
  readonly label: string;
  readonly test: string | undefined;
}

/** The targets of the definitions `[label]: target`. */
export const definitionsOf = ({ text }: Page): Map<string, string> =>
  new Map([...text.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, label, target]) => [label, target]));

/** Every `[label]` that is no definition, outside code. */
export const labelsOf = (markdown: string): LabelUse[] =>
  [...withoutCode(markdown).matchAll(/\[([^\]]+)\](?![(:])(?: "([^"]+)")?/g)].map(([, label, test]) => ({
    label,
    test,
  }));

/** The targets of the links `[text](target)`, outside code. */
export const inlineTargetsOf = (markdown: string): string[] =>
  [...withoutCode(markdown).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);

/** The code in a text, without its backticks. */
export const codeOf = (markdown: string): string[] =>
  [...markdown.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code);

const withoutCode = (markdown: string): string => markdown.replace(/`[^`\n]+`/g, '');

/** What is wrong with the target of a link: no such file, or no such heading in it. Null: nothing. */
export function targetFault(page: Page, target: string): string | null {
  const url = new URL(target, page.url);
  const anchor = decodeURIComponent(url.hash.slice(1));
  const file = fileURLToPath(new URL(url.pathname, page.url));
  if (!existsSync(file)) return `${target}: there is no such file`;
  if (anchor === '') return null;
  if (!statSync(file).isFile()) return `${target}: only a page has headings`;
  return anchorsOf(readFileSync(file, 'utf8')).includes(anchor)
    ? null
    : `${target}: there is no such heading`;
}

/** The anchors of a page's headings. */
export function anchorsOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Whether a spec has a test, or a group of tests, of that name. */
export function hasTest(spec: string, name: string): boolean {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${literal}\\1,`).test(spec);
}
