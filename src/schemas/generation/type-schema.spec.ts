import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSourceTypes } from './source-types.js';
import { TypeSchemas } from './type-schema.js';

const CONFIG = { compilerOptions: { strict: true, module: 'nodenext', target: 'es2022' }, include: ['src'] };
const made: string[] = [];

/** The types of a project of these source files. */
function typesOf(files: Record<string, string>): TypeSchemas {
  const root = mkdtempSync(join(tmpdir(), 'login-stream-types-'));
  made.push(root);
  const all = { 'tsconfig.build.json': JSON.stringify(CONFIG), 'package.json': '{"type":"module"}', ...files };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return new TypeSchemas(readSourceTypes(`${root}/`));
}

/** A field's declaration, what is declared beside it, and its schema. */
const SAMPLES: [declaration: string, beside: string, schema: object][] = [
  ['field: string', '', { type: 'string' }],
  ['field: number', '', { type: 'number' }],
  ['field: boolean', '', { type: 'boolean' }],
  ['field: null', '', { type: 'null' }],
  ['field?: true', '', { type: 'boolean', enum: [true] }],
  ['field: unknown', '', {}],
  ['field: string | number | null', '', { type: ['null', 'number', 'string'] }],
  ["field: 'b' | 'a'", '', { type: 'string', enum: ['a', 'b'] }],
  ["field: 'a' | null", '', { type: ['null', 'string'], enum: ['a', null] }],
  [
    'field: Day',
    "const DAYS = ['mo', 'di'] as const; export type Day = (typeof DAYS)[number];",
    { type: 'string', enum: ['di', 'mo'] },
  ],
  ['field: readonly string[]', '', { type: 'array', items: { type: 'string' } }],
  [
    'field: Readonly<Record<string, boolean>>',
    '',
    { type: 'object', additionalProperties: { type: 'boolean' } },
  ],
  [
    'field: { a: string; b?: number }',
    '',
    {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'number' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'field: Inner | null',
    'export interface Inner { a: string }',
    {
      type: ['object', 'null'],
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    '/** How\n * late, see {@link Other}. */ field: number',
    '',
    { description: 'How late, see `Other`.', type: 'number' },
  ],
  [
    '/**\n * @integer\n * @minimum 0\n * @maximum 23\n */ field: number',
    '',
    { type: 'integer', minimum: 0, maximum: 23 },
  ],
  ['/** @pattern ^[0-9a-f]{16}$ */ field: string', '', { type: 'string', pattern: '^[0-9a-f]{16}$' }],
  [
    '/**\n * @pattern \\S\n * @maxLength 5\n */ field: string | null',
    '',
    { type: ['null', 'string'], pattern: '\\S', maxLength: 5 },
  ],
  [
    '/**\n * @integer\n * @maximum 23\n * @maxItems 3\n */ field: number[]',
    '',
    { type: 'array', items: { type: 'integer', maximum: 23 }, maxItems: 3 },
  ],
  [
    '/**\n * @integer\n * @keys ^[ab]$\n */ field: Record<string, number>',
    '',
    { type: 'object', propertyNames: { pattern: '^[ab]$' }, additionalProperties: { type: 'integer' } },
  ],
  [
    '/** @keys Key */ field: Record<string, string>',
    "export type Key = 'x' | 'y';",
    {
      type: 'object',
      propertyNames: { type: 'string', enum: ['x', 'y'] },
      additionalProperties: { type: 'string' },
    },
  ],
  [
    'field: Count',
    '/**\n * A count, in general.\n * @integer\n * @minimum 0\n */\nexport type Count = number;',
    { type: 'integer', minimum: 0 },
  ],
];

/** Declarations that no schema can be made of, and why. */
const FAULTS: [declaration: string, message: string][] = [
  ['/** @minium 0 */ field: number', 'field has the tag "@minium 0", which is none for a schema.'],
  ['/** @minimum low */ field: number', 'field has the tag "@minimum low", which is none for a schema.'],
  ['field: bigint', 'field has a type that JSON has no counterpart for.'],
  ['field: symbol | string', 'field has a type that JSON has no counterpart for.'],
  ['field: () => void', 'field is a function, which JSON has no counterpart for.'],
  ['/** @keys Missing */ field: Record<string, string>', 'src exports 0 types with the name Missing, not one.'],
];

const sources = (samples: readonly (readonly [string, string, ...unknown[]])[], name: string) =>
  samples.map(([declaration, beside], index) => [
    `src/${name}${index}.ts`,
    `${beside}\nexport interface ${name}${index} {\n${declaration}\n}`,
  ]);

describe(TypeSchemas.name, () => {
  let types: TypeSchemas;
  beforeAll(() => {
    const faults = FAULTS.map(([declaration]) => [declaration, ''] as const);
    types = typesOf(Object.fromEntries([...sources(SAMPLES, 'Sample'), ...sources(faults, 'Fault')]));
  });
  afterAll(() => made.splice(0).forEach((root) => rmSync(root, { recursive: true })));

  it.each(SAMPLES.map(([declaration, , schema], index) => ({ declaration, schema, index })))(
    'makes of `$declaration` what JSON Schema says for it',
    ({ schema, index }) => {
      expect(types.property(`Sample${index}`, 'field')).toEqual(schema);
    },
  );

  it.each(FAULTS.map(([declaration, message], index) => ({ declaration, message, index })))(
    'refuses `$declaration`',
    ({ message, index }) => {
      expect(() => types.of(`Fault${index}`)).toThrow(message);
    },
  );

  it('sees what other files add to an interface, and the fields that a constructor declares', () => {
    const types = typesOf({
      'src/base.ts': 'export interface Base {}\nexport class Made { constructor(\n/** Mine. */\nreadonly own: string) {} }',
      'src/more.ts': "declare module './base.js' { interface Base {\n/** Added. */\nextra: number } }\nexport {};",
    });
    expect(types.property('Base', 'extra')).toEqual({ description: 'Added.', type: 'number' });
    expect(types.property('Made', 'own')).toEqual({ description: 'Mine.', type: 'string' });
    expect(types.property('Made', 'other')).toBeUndefined();
  });

  it('refuses a name that two files export', () => {
    const types = typesOf({ 'src/a.ts': 'export type T = string;', 'src/b.ts': 'export type T = number;' });
    expect(() => types.of('T')).toThrow('src exports 2 types with the name T');
  });
});
