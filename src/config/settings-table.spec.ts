import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.js';
import { renderSettingsTable } from './settings-table.js';

describe('docs/settings.md', () => {
  it('is what scripts/generate-docs.mjs writes', () => {
    const page = readFileSync(new URL('../../docs/settings.md', import.meta.url), 'utf8');
    expect(page).toBe(renderSettingsTable());
  });

  it('has one row of four cells for every variable', () => {
    const rows = renderSettingsTable()
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows.map((row) => row.split('`')[1])).toEqual(describeSettings().map((setting) => setting.name));
    for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(6);
  });
});
