/** The Census Bureau's four regions: https://www.census.gov/geographies/reference-maps/2020/demo/us-regions-divisions.html */
const STATES = {
  Northeast: 'CT MA ME NH NJ NY PA RI VT',
  Midwest: 'IA IL IN KS MI MN MO ND NE OH SD WI',
  South: 'AL AR DC DE FL GA KY LA MD MS NC OK SC TN TX VA WV',
  West: 'AK AZ CA CO HI ID MT NM NV OR UT WA WY',
} as const;

export type UsCensusRegion = keyof typeof STATES;

/** The 50 states and the District of Columbia. */
export const US_CENSUS_REGION: ReadonlyMap<string, UsCensusRegion> = new Map(
  (Object.keys(STATES) as UsCensusRegion[]).flatMap((region) =>
    STATES[region].split(' ').map((state) => [state, region]),
  ),
);
