import { describe, expect, it } from '@jest/globals';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { aLogin } from '../../pipeline/testing.js';
import { Totals } from './totals.js';

function enriched(fields: Partial<EnrichedLogin> = {}): EnrichedLogin {
  const { app_version = '2.3.0', locale = 'NC', ...others } = fields;
  const processors = { device_type_lower: 'ios', region: 'South', ip_country: 'US' };
  return Object.assign(aLogin({ app_version, locale }), processors, others) as EnrichedLogin;
}

describe('Totals', () => {
  it('writes onto each login how many there were with its version and its locale, itself included', () => {
    const totals = new Totals(10);
    const logins = [enriched(), enriched({ locale: 'RU' }), enriched({ app_version: '3.0.0' })];
    for (const login of logins) totals.countProcessed(login);
    expect(logins.map((each) => [each.total_logins_for_version, each.total_logins_from_locale])).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
    ]);
  });

  it('counts locales as received and device types in lower case', () => {
    const totals = new Totals(10);
    for (const locale of ['NC', 'nc', 'NC']) totals.countProcessed(enriched({ locale }));
    expect(totals.locales.toRecord()).toEqual({ NC: 2, nc: 1 });
    expect(totals.deviceTypes.toRecord()).toEqual({ ios: 3 });
  });

  it('leaves logins without a country out of the countries', () => {
    const totals = new Totals(10);
    for (const ip_country of ['US', null, 'RU', 'US']) totals.countProcessed(enriched({ ip_country }));
    expect(totals.countries.toRecord()).toEqual({ US: 2, RU: 1 });
    expect(totals.processed).toBe(4);
  });

  it('bounds each count of what comes from outside by itself', () => {
    const totals = new Totals(1);
    totals.countProcessed(enriched({ locale: 'NC', region: 'South', device_type_lower: 'web' }));
    totals.countProcessed(enriched({ locale: 'RU', region: 'Europe/Asia', device_type_lower: 'web' }));
    const { locales, regions, deviceTypes, versions } = totals;
    expect([locales, regions, deviceTypes, versions].map((counter) => counter.overflow)).toEqual([
      1, 0, 0, 0,
    ]);
    expect(locales.toRecord()).toEqual({ NC: 1, other: 1 });
    expect(regions.toRecord()).toEqual({ South: 1, 'Europe/Asia': 1 });
  });

  it('receives what is processed, filtered or in error', () => {
    const totals = new Totals(10);
    totals.countProcessed(enriched());
    for (const reason of ['duplicate', 'filtered_age', 'duplicate'] as const) totals.countFiltered(reason);
    for (const type of ['not_json', 'not_json'] as const) totals.countError(type);
    expect(totals).toMatchObject({ processed: 1, filtered: 3, errors: 2, received: 6 });
    expect([...totals.filteredByReason]).toEqual([
      ['duplicate', 2],
      ['filtered_age', 1],
    ]);
    expect([...totals.errorsByType]).toEqual([['not_json', 2]]);
  });
});
