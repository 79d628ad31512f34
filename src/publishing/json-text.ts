/** Text that needs no escaping inside JSON's quotes; lone surrogates are left to `JSON.stringify`. */
export const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** JSON text of a value; short strings without special characters take the quick way. */
export function json(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return value === undefined ? 'null' : JSON.stringify(value);
  }
}
