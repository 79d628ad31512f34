import { describe, expect, it } from '@jest/globals';
import type { JsonSchema } from '../json-schema.js';
import { fieldsTable } from './fields-table.js';

/** The cells of the only row of a field with this schema. */
const cells = (field: JsonSchema, required = ['f']) =>
  fieldsTable({ properties: { f: field }, required })
    .split('\n')[2]
    .slice(2, -2)
    .split(' | ');

describe(fieldsTable.name, () => {
  it.each<[JsonSchema, string]>([
    [{}, 'any JSON value'],
    [{ type: 'boolean' }, 'boolean'],
    [{ type: ['null', 'string'] }, 'string, or null'],
    [{ type: ['integer', 'string'], exclusiveMinimum: 0 }, 'integer or string, above 0'],
    [{ type: 'integer', minimum: 0, maximum: 23 }, 'integer, 0 to 23'],
    [{ type: 'number', minimum: 0 }, 'number, at least 0'],
    [{ type: 'number', maximum: 1 }, 'number, at most 1'],
    [{ type: 'string', minLength: 2, maxLength: 35 }, 'string, 2 to 35 characters'],
    [{ type: 'string', minLength: 1 }, 'string, not empty'],
    [{ type: 'string', maxLength: 9, pattern: '\\S' }, 'string, at most 9 characters, not blank'],
    [{ type: 'string', pattern: 'a|b' }, 'string, of the form `a\\|b`'],
    [{ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, 'string, IPv4 or IPv6'],
    [{ type: 'string', enum: ['a', 'b'] }, '`a`, `b`'],
    [{ type: 'array', items: { type: 'string' }, maxItems: 3 }, 'list of string, at most 3'],
    [{ type: 'object', additionalProperties: { type: 'integer', minimum: 0 } }, 'object; each value: integer, at least 0'], // prettier-ignore
  ])('says of %j: %s', (schema, words) => {
    expect(cells({ ...schema, description: 'Meaning.' })).toEqual(['`f`', words, 'Meaning.']);
  });

  it('says which field may be absent', () => {
    expect(cells({ type: 'boolean' }, [])[1]).toBe('boolean; may be absent');
  });

  it('lists the fields inside objects and lists right behind them', () => {
    const inner: JsonSchema = { type: 'object', properties: { x: { type: 'null' } } };
    const table = fieldsTable({ properties: { a: inner, b: { type: 'array', items: inner }, c: {} } });
    const paths = [...table.matchAll(/^\| `(.+?)`/gm)].map(([, path]) => path);
    expect(paths).toEqual(['a', 'a.x', 'b', 'b[].x', 'c']);
  });
});
