import { describe, expect, it } from '@jest/globals';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { aLogin } from '../../pipeline/testing.js';
import { ipCategory } from '../ip/ip-category.js';
import { IpCountryProcessor } from './ip-country.processor.js';

describe(IpCountryProcessor.name, () => {
  const processor = new IpCountryProcessor();
  const countryOf = (ip: string): string | null => {
    const login = aLogin({ ip }) as EnrichedLogin;
    login.ip_category = ipCategory(ip);
    processor.process(login, login);
    return login.ip_country;
  };

  it.each([
    ['8.8.8.8', 'US'],
    ['130.149.1.1', 'DE'],
    ['2003::1', 'DE'],
    ['::ffff:130.149.1.1', 'DE'],
    ['::ffff:8295:101', 'DE'],
    ['10.0.0.1', null],
    ['100.64.0.1', null],
    ['127.0.0.1', null],
    ['169.254.169.254', null],
    ['203.0.113.7', null],
    ['224.0.0.1', null],
    ['240.0.0.1', null],
    ['255.255.255.255', null],
    ['0.0.0.0', null],
    ['::', null],
    ['::1', null],
    ['fe80::1', null],
    ['fd12:3456:789a::1', null],
    ['ff02::1', null],
    ['::ffff:192.168.1.1', null],
    ['64:ff9b::8.8.8.8', null],
    ['2002:808:808::1', null],
    ['2000::1', null],
  ])('puts %s in %s', (ip, country) => {
    expect(countryOf(ip)).toBe(country);
  });

  it('asks for no country of an address that is not public', () => {
    const login = aLogin({ ip: '8.8.8.8' }) as EnrichedLogin;
    login.ip_category = 'reserved';
    processor.process(login, login);
    expect(login.ip_country).toBeNull();
  });
});
