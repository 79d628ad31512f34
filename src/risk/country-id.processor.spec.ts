import { describe, expect, it } from '@jest/globals';
import { aLogin } from '../pipeline/testing.js';
import { CountryIdProcessor } from './country-id.processor.js';
import { countryId } from './country-id.js';

describe(CountryIdProcessor.name, () => {
  it.each([
    ['DE', countryId('DE')],
    ['ZW', countryId('ZW')],
    [null, null],
  ])('makes of %s the number %s', (ip_country, country_id) => {
    const login = Object.assign(aLogin(), { ip_country, country_id: -1 as number | null });
    new CountryIdProcessor().process(login, login);
    expect(login.country_id).toBe(country_id);
  });
});
