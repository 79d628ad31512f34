import { describe, expect, it } from '@jest/globals';
import { CONTINENT } from './continents.js';
import { US_CENSUS_REGION } from './us-census-regions.js';

/** ISO 3166-1 alpha-2, as officially assigned. */
const ISO_3166_1 = `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
  CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
  KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT
  MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
  SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ
  UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`
  .trim()
  .split(/\s+/);
const TERRITORIES = ['AS', 'GU', 'MP', 'PR', 'VI'];

describe('CONTINENT', () => {
  it('has every country of ISO 3166-1 but the US territories, and the three that CLDR adds', () => {
    expect(ISO_3166_1).toHaveLength(249);
    const expected = ISO_3166_1.filter((code) => !TERRITORIES.includes(code)).concat('AC', 'TA', 'XK');
    expect([...CONTINENT.keys()].sort()).toEqual(expected.sort());
  });

  it('knows the eight names of the contract only', () => {
    expect([...new Set(CONTINENT.values())].sort()).toEqual([
      'Africa',
      'Antarctica',
      'Asia',
      'Europe',
      'Europe/Asia',
      'North America',
      'Oceania',
      'South America',
    ]);
  });

  it('calls five countries European and Asian', () => {
    const both = [...CONTINENT].filter(([, continent]) => continent === 'Europe/Asia').map(([code]) => code);
    expect(both.sort()).toEqual(['AZ', 'GE', 'KZ', 'RU', 'TR']);
  });
});

describe('US_CENSUS_REGION', () => {
  it('has 50 states and the District of Columbia', () => {
    const count = (region: string) => [...US_CENSUS_REGION.values()].filter((name) => name === region).length;
    expect(['Northeast', 'Midwest', 'South', 'West'].map(count)).toEqual([9, 12, 17, 13]);
    expect(US_CENSUS_REGION.size).toBe(51);
  });
});
