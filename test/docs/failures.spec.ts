import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../src/metrics/metric-definitions.js';
import { CASES } from '../chaos/cases/index.js';
import { inProject } from '../container/project-root.js';
import { filesBelow, textOf, yamlOf } from '../operations/deployed-files.js';
import { commandFault, isCommandLine } from './command-line.js';
import { codeOf, hasTest, inlineTargetsOf, targetFault } from './page-links.js';
import type { Page } from './page-links.js';

const FOLDER = 'docs/operations/failures';
const HEADINGS = ['What it looks like', 'What happens meanwhile', 'What to do', 'How it is tested'];
const FAILURES = filesBelow(FOLDER).filter((path) => !path.endsWith('README.md'));
const GUARANTEES = 'docs/guarantees.md';
const PAGES = [GUARANTEES, `${FOLDER}/README.md`, ...FAILURES];

const pageOf = (path: string): Page => ({ url: new URL(`file://${inProject(path)}`), text: textOf(path) });

/** All code that can say something, with `…` for what varies, and texts that go over several lines in one. */
const source = filesBelow('src')
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.spec.ts'))
  .map(textOf)
  .join('\n')
  .replace(/['"`]\s*\+\s*['"`]/g, '')
  .replace(/\$\{[^{}]*\}/g, '…');

/** The parts of what a page shows of the log that are the same each time. */
const fixedParts = (line: string): string[] =>
  line
    .split(/…|: /)
    .map((part) => part.replace(/^\W+/, '').trim())
    .filter((part) => part.length > 7);

describe('The pages about failures', () => {
  it.each(FAILURES)('%s says the same things in the same order', (path) => {
    const headings = [...textOf(path).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(HEADINGS);
  });

  it.each(FAILURES)('%s shows what the service says, word for word', (path) => {
    const shown = [...textOf(path).matchAll(/^```text\n([\s\S]*?)^```$/gm)].flatMap(([, lines]) =>
      lines.trim().split('\n'),
    );
    expect(shown.flatMap(fixedParts).filter((part) => !source.includes(part))).toEqual([]);
  });

  it('name alerts that there are, and are named by those about state', () => {
    interface Rules {
      readonly groups: readonly {
        readonly rules: readonly { alert: string; annotations: { action: string } }[];
      }[];
    }
    const alerts = yamlOf<Rules>('deploy/prometheus/alerts.rules.yml').groups.flatMap(({ rules }) => rules);
    const names = alerts.map(({ alert }) => alert);
    const named = FAILURES.flatMap((path) => textOf(path).match(/\bLoginStream[A-Z]\w+/g) ?? []);
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    const pages = alerts.flatMap(({ annotations }) => annotations.action.match(/docs\/[\w./-]+\.md/g) ?? []);
    expect(pages).toContain(`${FOLDER}/disk-full.md`);
    expect(pages.filter((path) => targetFault(pageOf('README.md'), path) !== null)).toEqual([]);
  });
});

describe('What the guarantees and the pages about failures refer to', () => {
  it.each(PAGES)('%s: files, and headings in them', (path) => {
    const page = pageOf(path);
    const targets = inlineTargetsOf(page.text);
    expect(targets.map((target) => targetFault(page, target)).filter((fault) => fault !== null)).toEqual([]);
  });

  it.each(PAGES)('%s: tests', (path) => {
    const { url, text } = pageOf(path);
    const named = [...text.matchAll(/\]\(([^)\s]+\.spec\.ts)\) "([^"]+)"/g)];
    const missing = named.filter(
      ([, spec, name]) => !hasTest(readFileSync(new URL(spec, url), 'utf8'), name),
    );
    expect(missing.map(([, spec, name]) => `${spec}: ${name}`)).toEqual([]);
  });

  it.each(PAGES)('%s: cases of the chaos suite', (path) => {
    const cases = CASES.map(({ name }) => name);
    const lines = textOf(path).match(/^.*npm run chaos -- --only.*$|[Cc]haos `.*$/gm) ?? [];
    const named = lines.flatMap((line) => line.match(/(?<=--only |`)[a-z0-9]+(-[a-z0-9]+)*(?=`)/g) ?? []);
    expect(named.filter((name) => !cases.includes(name))).toEqual([]);
  });

  it.each(PAGES)('%s: metrics and commands', (path) => {
    const code = codeOf(textOf(path));
    const metrics = Object.values(METRICS).map(({ name }) => name as string);
    const ours = code.filter((text) => /^login_stream_(?!process_)[a-z_]+$/.test(text));
    expect(ours.filter((name) => !metrics.includes(name))).toEqual([]);
    const commands = code.filter(isCommandLine).map((line) => line.replace(/ …$/, ''));
    expect(commands.map(commandFault).filter((fault) => fault !== null)).toEqual([]);
  });
});
