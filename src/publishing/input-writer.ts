import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { LOGIN_FIELDS } from '../validation/login.dto.js';
import { json } from './json-text.js';

/** What else the input holds is unknown to us. */
const OURS: ReadonlySet<string> = new Set(LOGIN_FIELDS);

/**
 * Writes the input's fields in its order, each with a comma before it. Unknown ones are there when the login kept them.
 *
 * @param replaced input field → login's field whose value stands in its place
 * @param elsewhere names that the record has at another place
 */
export function inputWriter(
  replaced: Readonly<Record<string, string>>,
  elsewhere: ReadonlySet<string>,
): (login: Login) => string {
  const replacement = new Map(Object.entries(replaced));
  return (login) => {
    const { input, unknown_fields } = login;
    let text = '';
    for (const name in input) {
      if (elsewhere.has(name)) continue;
      const isOurs = OURS.has(name);
      if (!isOurs && unknown_fields === null) continue;
      const source = isOurs ? replacement.get(name) : undefined;
      const value = source === undefined ? input[name] : login[source as keyof EnrichedLogin & keyof Login];
      text += isOurs ? `,"${name}":${json(value)}` : `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
    }
    return text;
  };
}
