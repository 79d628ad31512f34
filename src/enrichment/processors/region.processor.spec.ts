import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../../config/testing.js';
import type { LocaleScheme } from '../../config/enrichment.settings.js';
import { added } from '../testing.js';
import { RegionProcessor } from './region.processor.js';

const withScheme = (LOCALE_SCHEME: LocaleScheme): RegionProcessor =>
  new RegionProcessor(testSettings({ LOCALE_SCHEME }).enrichment);
const [usState, country, auto] = [withScheme('us-state'), withScheme('country'), withScheme('auto')];
const region = (processor: RegionProcessor, locale: string) => added(processor, { locale }).region;

describe(RegionProcessor.name, () => {
  it.each([
    // locale, us-state, country, auto
    ['NC', 'South', 'Oceania', 'South'], // New Caledonia
    ['CA', 'West', 'North America', 'West'], // Canada
    ['DE', 'South', 'Europe', 'South'], // Delaware, Germany
    ['IN', 'Midwest', 'Asia', 'Midwest'], // Indiana, India
    ['NY', 'Northeast', 'Other', 'Northeast'],
    ['DC', 'South', 'Other', 'South'],
    ['nv', 'West', 'Other', 'West'],
    ['RU', 'Other', 'Europe/Asia', 'Europe/Asia'],
    ['TR', 'Other', 'Europe/Asia', 'Europe/Asia'],
    ['KZ', 'Other', 'Europe/Asia', 'Europe/Asia'],
    ['GE', 'Other', 'Europe/Asia', 'Europe/Asia'],
    ['AZ', 'West', 'Europe/Asia', 'West'], // Arizona, Azerbaijan
    ['PR', 'Other', 'Other', 'Other'],
    ['VI', 'Other', 'Other', 'Other'],
    ['GU', 'Other', 'Other', 'Other'],
    ['AS', 'Other', 'Other', 'Other'],
    ['MP', 'Other', 'Other', 'Other'],
    ['FR', 'Other', 'Europe', 'Europe'],
    ['fr', 'Other', 'Europe', 'Europe'],
    ['US', 'Other', 'North America', 'North America'],
    ['BR', 'Other', 'South America', 'South America'],
    ['AU', 'Other', 'Oceania', 'Oceania'],
    ['AQ', 'Other', 'Antarctica', 'Antarctica'],
    ['ZA', 'Other', 'Africa', 'Africa'],
    ['XX', 'Other', 'Other', 'Other'],
    ['UK', 'Other', 'Other', 'Other'],
  ])('puts %s in %s by state, %s by country, %s by both', (locale, byState, byCountry, byBoth) => {
    expect([usState, country, auto].map((processor) => region(processor, locale))).toEqual([
      byState,
      byCountry,
      byBoth,
    ]);
  });

  it.each([
    ['de-DE', 'Europe'],
    ['en_US', 'North America'],
    ['en-CA', 'North America'],
    ['EN-in', 'Asia'],
    ['es-AR', 'South America'],
    ['es-PR', 'Other'],
    ['ru-RU', 'Europe/Asia'],
    ['zh-Hant-TW', 'Asia'],
    ['sr_Latn_RS', 'Europe'],
    ['zh-yue-HK', 'Asia'],
    ['zh-cmn-Hans-CN', 'Asia'],
    ['ca-ES-valencia', 'Europe'],
    ['de-CH-1996', 'Europe'],
    ['en-US-u-ca-buddhist', 'North America'],
    ['en_GB.UTF-8', 'Europe'],
    ['sr_RS@latin', 'Europe'],
    ['fil-PH', 'Asia'],
    ['und-NG', 'Africa'],
    ['es-419', 'Other'],
    ['en-001', 'Other'],
    ['de-XX', 'Other'],
    ['en-u-ca-gregory', 'Other'],
    ['x-DE-FR', 'Other'],
    ['de-', 'Other'],
    ['-DE', 'Other'],
    ['de-DEU', 'Other'],
    ['de DE', 'Other'],
    ['USA', 'Other'],
    ['DEU', 'Other'],
    ['Germany', 'Other'],
    ['toString', 'Other'],
    ['__proto__', 'Other'],
    ['12', 'Other'],
    ['日本', 'Other'],
  ])('puts %s in %s by every scheme', (locale, expected) => {
    expect([usState, country, auto].map((processor) => region(processor, locale))).toEqual(
      Array(3).fill(expected),
    );
  });
});
