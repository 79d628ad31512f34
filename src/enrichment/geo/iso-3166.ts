import { countries } from 'countries-list';

/** CLDR's additions for real places (Ascension, Tristan da Cunha, Kosovo): ISO 3166-1 has not assigned them. */
const NOT_ASSIGNED = new Set(['AC', 'TA', 'XK']);

/** The officially assigned ISO 3166-1 alpha-2 codes. */
export const ISO_3166_1: ReadonlySet<string> = new Set(
  Object.keys(countries).filter((code) => !NOT_ASSIGNED.has(code)),
);
