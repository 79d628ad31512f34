/**
 * What the compiler sees in TypeScript has to be looked at in what was written without it.
 *
 * @throws Error naming the class
 */
export function checkDeclaration(
  name: string,
  spec: object,
  instance: object,
  method: 'process' | 'lookUp',
): void {
  const { needs, adds, summary } = spec as Readonly<Record<string, unknown>>;
  for (const [what, list] of Object.entries({ needs, adds }))
    if (!Array.isArray(list) || !list.every((field) => typeof field === 'string'))
      throw new Error(`${name} declares "${what}" as something else than a list of fields.`);
  if (typeof summary !== 'string') throw new Error(`${name} declares no summary.`);
  const does: unknown = (instance as Readonly<Record<string, unknown>>)[method];
  if (typeof does !== 'function') throw new Error(`${name} has no method "${method}".`);
  if (method === 'process' && does.constructor.name === 'AsyncFunction')
    throw new Error(`${name} has an asynchronous "process"; a look-up (@BatchLookup) may be asynchronous.`);
}
