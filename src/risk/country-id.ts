const A = 65;
const LETTERS = 26;

/** Ids are below this. */
export const COUNTRY_IDS = LETTERS * LETTERS;

/** A number for an ISO 3166-1 alpha-2 code, which has to be two upper-case letters: it follows their alphabetical order. */
export const countryId = (code: string): number =>
  (code.charCodeAt(0) - A) * LETTERS + code.charCodeAt(1) - A;
