import { COUNTRY_IDS, countryId } from './country-id.js';
import { COUNTRY_CENTRES } from './data/country-centres.js';
import type { Degrees } from './data/country-centres.js';

/** Of a sphere with the Earth's surface; how flat the Earth is changes distances by less than 0.6 %. */
const EARTH_RADIUS_KM = 6_371;

/** x, y and z of the centres on a sphere of radius 1, by country id; NaN where there is no country. */
const POINTS = new Float64Array(3 * COUNTRY_IDS).fill(NaN);
for (const [code, centre] of Object.entries(COUNTRY_CENTRES))
  POINTS.set(pointOf(centre), 3 * countryId(code));

/** Great-circle distance of the countries' centres by their ids; NaN when an id is no country's. */
export function kilometresBetween(a: number, b: number): number {
  const x = POINTS[3 * a] - POINTS[3 * b];
  const y = POINTS[3 * a + 1] - POINTS[3 * b + 1];
  const z = POINTS[3 * a + 2] - POINTS[3 * b + 2];
  const chord = Math.sqrt(x * x + y * y + z * z);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, chord / 2));
}

function pointOf([latitude, longitude]: Degrees): [number, number, number] {
  const [north, east] = [latitude, longitude].map((degrees) => (degrees * Math.PI) / 180);
  return [Math.cos(north) * Math.cos(east), Math.cos(north) * Math.sin(east), Math.sin(north)];
}
