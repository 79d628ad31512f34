import { oneOf } from './rule.js';
import { Setting } from './setting.decorator.js';

export const LOCALE_SCHEMES = ['us-state', 'country', 'auto'] as const;
export type LocaleScheme = (typeof LOCALE_SCHEMES)[number];

/** What processors are told. */
export class EnrichmentSettings {
  static readonly title = 'Enrichment';

  @Setting(
    'LOCALE_SCHEME',
    oneOf(LOCALE_SCHEMES),
    'What a `locale` of two letters stands for; `auto` tries the US state, then the country, then the region of a language tag.',
  )
  readonly localeScheme: LocaleScheme = 'auto';
}
