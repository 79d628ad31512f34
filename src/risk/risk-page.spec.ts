import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { RISK_RULES } from './rules/index.js';
import { renderRiskPage } from './risk-page.js';

const PAGE = readFileSync(new URL('../../docs/risk.md', import.meta.url), 'utf8');

describe('the page about login risk', () => {
  it('says of every rule what the rule says of itself', () => {
    expect(renderRiskPage(PAGE)).toBe(PAGE);
    for (const { reason, meaning } of RISK_RULES) expect(PAGE).toContain(`| \`${reason}\` | ${meaning} |`);
  });
});
