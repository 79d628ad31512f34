import type { EnrichedLogin, Login } from '../pipeline/login.js';

const BRACE = 0x7d;

/** Writes the input's own bytes with further fields before the last brace, whatever is around it. */
export function appendToInput(fields: (login: EnrichedLogin) => string): (login: Login) => string {
  return (login) => {
    const value = login.raw.value!; // a login has a value, and it is an object that is not empty
    const end = value.lastIndexOf(BRACE);
    return value.toString('utf8', 0, end) + fields(login as EnrichedLogin) + value.toString('utf8', end);
  };
}
