import { RiskSettings } from '../config/risk.settings.js';
import { settingsOf } from '../config/setting.decorator.js';
import { fillMarkers } from '../schemas/generation/markers.js';
import { markdownTable } from '../schemas/generation/markdown-table.js';
import { RISK_RULES } from './rules/index.js';

const code = (text: string): string => `\`${text}\``;

/** The page `docs/risk.md`: its prose stays, the table of the rules is made from them. */
export function renderRiskPage(page: string): string {
  const defaults = new RiskSettings();
  const rows = RISK_RULES.map(({ reason, weight, meaning }) => {
    const setting = settingsOf(RiskSettings).find(({ property }) => property === weight);
    return [code(reason), meaning, code(String(setting?.name)), String(defaults[weight])];
  });
  const rules = markdownTable(['reason', 'fires when', 'weight', 'default'], rows);
  return fillMarkers(page, new Map([['rules', rules]]));
}
