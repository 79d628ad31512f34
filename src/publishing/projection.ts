import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { UNKNOWN_FIELDS, isInput, nameOf, sourceOf } from '../profiles/profile.js';
import type { InputFields, ProjectedField } from '../profiles/profile.js';
import { appendToInput } from './append-to-input.js';
import { inputWriter } from './input-writer.js';
import { PLAIN, json } from './json-text.js';

/** Writes a login as JSON text. */
export type Projection = (login: Login) => string;

/**
 * Compiles the list of fields into one function that writes them in order: no object is built and no key looked up
 * for each login. A field of the input with the name of one of ours gives way to it.
 *
 * @throws when two fields have the same name
 */
export function compileProjection(fields: readonly ProjectedField[]): Projection {
  const names = new Set<string>();
  for (const field of fields) {
    if (isInput(field)) continue;
    if (names.has(nameOf(field))) throw new Error(`The projection has the field "${nameOf(field)}" twice`);
    names.add(nameOf(field));
  }
  const [first] = fields;
  if (first !== undefined && isInput(first) && first.input === 'bytes')
    return appendToInput(compileFields(fields.slice(1), names));
  const write = compileFields(fields, names);
  return (login) => {
    const text = `{${write(login as EnrichedLogin).slice(1)}}`;
    // A sum of strings is a tree of its parts until someone looks inside: now, while the parts are young. Kept until
    // the batch is encoded, they would cost the garbage collector more than the text itself.
    text.charCodeAt(0);
    return text;
  };
}

/** Writes the fields, each with a comma before it. */
function compileFields(
  fields: readonly ProjectedField[],
  names: ReadonlySet<string>,
): (login: EnrichedLogin) => string {
  const inputs: ((login: Login) => string)[] = [];
  const parts = fields.map((field) => {
    if (field === UNKNOWN_FIELDS) return 'unknown(login.unknown_fields)';
    if (isInput(field)) return `inputs[${inputs.push(inputWriter(replacements(field), names)) - 1}](login)`;
    const value = `login[${JSON.stringify(sourceOf(field))}]`;
    const name = `,${JSON.stringify(nameOf(field))}:`;
    // The common cases stand in the text itself, so that each field has an optimized place of its own.
    return `(typeof ${value} === 'string' && plain.test(${value}) ? ${JSON.stringify(`${name}"`)} + ${value} + '"'
      : ${JSON.stringify(name)} + (typeof ${value} === 'number' && ${value} - ${value} === 0 ? ${value} : json(${value})))`;
  });
  const unknown = (kept: Login['unknown_fields']): string =>
    kept === null ? '' : unknownFields(kept, names);
  // Field names come from profiles, not from messages, and are quoted.
  const compiled = new Function(
    'json',
    'unknown',
    'inputs',
    'plain',
    `return (login) => ${["''", ...parts].join(' + ')};`,
  ) as (...helpers: [typeof json, typeof unknown, typeof inputs, RegExp]) => (login: EnrichedLogin) => string;
  return compiled(json, unknown, inputs, PLAIN);
}

/** @throws when bytes are to be written behind other fields */
function replacements({ input }: InputFields): Readonly<Record<string, string>> {
  if (input === 'bytes') throw new Error('The input’s bytes must come first in a projection');
  return input;
}

function unknownFields(kept: Readonly<Record<string, unknown>>, ours: ReadonlySet<string>): string {
  let text = '';
  for (const name of Object.keys(kept))
    if (!ours.has(name)) text += `,${JSON.stringify(name)}:${JSON.stringify(kept[name])}`;
  return text;
}
