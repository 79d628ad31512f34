import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { fileURLToPath } from 'node:url';
import { fillMarkers } from '../../src/schemas/generation/markers.js';
import type { ChaosCase } from './case.js';
import { tableOf } from './report.js';
import type { CaseResult } from './run-case.js';

const PAGE = fileURLToPath(new URL('../../docs/chaos.md', import.meta.url));

export const casesTable = (cases: readonly ChaosCase[]): string =>
  [
    'case | what happens | what has to come of it',
    '---|---|---',
    ...cases.map(({ name, does, right }) => `\`${name}\` | ${does} | ${right}`),
  ].join('\n');

/** Writes what the cases do, and what came of this run, into the page. */
export async function writeDocs(cases: readonly ChaosCase[], results: readonly CaseResult[]): Promise<void> {
  const page = await readFile(PAGE, 'utf8');
  const texts = new Map([
    ['cases', casesTable(cases)],
    [
      'figures',
      tableOf(
        results,
        cases.map(({ name }) => name),
        figuresIn(page),
      ),
    ],
  ]);
  const filled = fillMarkers(page, texts);
  await writeFile(PAGE, await format(filled, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
}

const figuresIn = (page: string): string =>
  /<!-- generated: figures -->\n([\s\S]*?)<!-- end -->/.exec(page)?.[1].trim() ?? '';
