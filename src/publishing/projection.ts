import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { UNKNOWN_FIELDS, nameOf, sourceOf } from '../profiles/profile.js';
import type { ProjectedField } from '../profiles/profile.js';

/** Writes a login as JSON text. */
export type Projection = (login: Login) => string;

/** Text that needs no escaping inside JSON's quotes; lone surrogates are left to `JSON.stringify`. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** JSON text of a value; short strings without special characters take the quick way. */
function json(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return value === undefined ? 'null' : JSON.stringify(value);
  }
}

/**
 * Compiles the list of fields into one function that writes them in order: no object is built and no key looked up
 * for each login. An unknown field with the name of one of ours gives way to it.
 *
 * @throws when two fields have the same name
 */
export function compileProjection(fields: readonly ProjectedField[]): Projection {
  const names = new Set<string>();
  for (const field of fields) {
    if (names.has(nameOf(field))) throw new Error(`The projection has the field "${nameOf(field)}" twice`);
    names.add(nameOf(field));
  }
  const parts = fields.map((field) => {
    if (field === UNKNOWN_FIELDS) return 'unknown(login.unknown_fields)';
    const value = `login[${JSON.stringify(sourceOf(field))}]`;
    const name = `,${JSON.stringify(nameOf(field))}:`;
    // The common cases stand in the text itself, so that each field has an optimized place of its own.
    return `(typeof ${value} === 'string' && plain.test(${value}) ? ${JSON.stringify(`${name}"`)} + ${value} + '"'
      : ${JSON.stringify(name)} + (typeof ${value} === 'number' ? ${value} : json(${value})))`;
  });
  const unknown = (kept: Login['unknown_fields']): string =>
    kept === null ? '' : unknownFields(kept, names);
  // Field names come from profiles, not from messages, and are quoted.
  const compiled = new Function(
    'json',
    'unknown',
    'plain',
    `return (login) => ${parts.join(' + ')} + '}';`,
  ) as (...helpers: [typeof json, typeof unknown, RegExp]) => (login: EnrichedLogin) => string;
  const write = compiled(json, unknown, PLAIN);
  return (login) => {
    const text = `{${write(login as EnrichedLogin).slice(1)}`;
    // A sum of strings is a tree of its parts until someone looks inside: now, while the parts are young. Kept until
    // the batch is encoded, they would cost the garbage collector more than the text itself.
    text.charCodeAt(0);
    return text;
  };
}

function unknownFields(kept: Readonly<Record<string, unknown>>, ours: ReadonlySet<string>): string {
  let text = '';
  for (const name of Object.keys(kept))
    if (!ours.has(name)) text += `,${JSON.stringify(name)}:${JSON.stringify(kept[name])}`;
  return text;
}
