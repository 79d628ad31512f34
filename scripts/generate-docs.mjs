/**
 * Writes the pages of docs/ and the schemas that come out of the code. Reads dist, so build first.
 *
 * node scripts/generate-docs.mjs           writes them
 * node scripts/generate-docs.mjs --check   exits 1 when one of them is stale, writes nothing
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderCommandsPage } from '../dist/cli/commands-page.js';
import { renderSettingsTable } from '../dist/config/settings-table.js';
import { renderProcessorsTable } from '../dist/enrichment/processors-table.js';
import { renderMetricsTable } from '../dist/metrics/metrics-table.js';
import { renderRiskPage } from '../dist/risk/risk-page.js';
import { recordFiles } from '../dist/schemas/generation/generated-files.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** By file: its text, made from the code and, where prose stands beside it, from what is there. */
const PAGES = {
  'docs/settings.md': renderSettingsTable,
  'docs/commands.md': renderCommandsPage,
  'docs/metrics.md': renderMetricsTable,
  'docs/processors.md': renderProcessorsTable,
  'docs/risk.md': renderRiskPage,
  ...recordFiles(version),
};

const check = process.argv.includes('--check');
for (const [page, render] of Object.entries(PAGES)) {
  const file = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const wanted = await render(current);
  if (current === wanted) continue;
  if (check) {
    console.error(`${page} is stale: run "npm run docs".`);
    process.exitCode = 1;
  } else {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, wanted);
    console.log(`${page} written.`);
  }
}
