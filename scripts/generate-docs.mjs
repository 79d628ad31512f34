/**
 * Writes the pages of docs/ that come out of the code. Reads dist, so build first.
 *
 * node scripts/generate-docs.mjs           writes them
 * node scripts/generate-docs.mjs --check   exits 1 when one of them is stale, writes nothing
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { renderSettingsTable } from '../dist/config/settings-table.js';
import { renderProcessorsTable } from '../dist/enrichment/processors-table.js';
import { renderMetricsTable } from '../dist/metrics/metrics-table.js';

const PAGES = {
  'docs/settings.md': renderSettingsTable,
  'docs/metrics.md': renderMetricsTable,
  'docs/processors.md': renderProcessorsTable,
};

const check = process.argv.includes('--check');
for (const [page, render] of Object.entries(PAGES)) {
  const file = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const current = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  const wanted = render();
  if (current === wanted) continue;
  if (check) {
    console.error(`${page} is stale: run "npm run docs".`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, wanted);
    console.log(`${page} written.`);
  }
}
