import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { TopicSettings } from '../../config/topic.settings.js';
import { PROFILES } from '../../profiles/profiles.js';
import { isInput, nameOf, UNKNOWN_FIELDS } from '../../profiles/profile.js';
import type { RenamedField } from '../../profiles/profile.js';
import { LOGIN_FIELDS } from '../../validation/login.dto.js';
import { ERROR_TYPES } from '../../publishing/records/error-types.js';
import type { JsonSchema } from '../json-schema.js';
import { fieldsOf } from './fields-table.js';
import { recordFiles } from './generated-files.js';

type Json = Record<string, unknown>;
const root = new URL('../../../', import.meta.url);
const textOf = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** Every reference of a document. */
function* references(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref') yield String(inner);
    else yield* references(inner);
  }
}

describe('what is generated from the types of the records', () => {
  let files: Map<string, string>;
  let schemas: [file: string, schema: JsonSchema][];
  beforeAll(() => {
    const entries = Object.entries(recordFiles('1.2.3'));
    files = new Map(
      entries.map(([file, render]) => [file, render(file.endsWith('.md') ? textOf(file) : '')]),
    );
    schemas = [...files]
      .filter(([file]) => file.startsWith('schemas/'))
      .map(([file, text]) => [file, JSON.parse(text) as JsonSchema]);
  });

  it('has a schema of the input and of every record of every profile', () => {
    const expected = Object.entries(PROFILES).flatMap(([name, { summaries, messages, metrics }]) =>
      [
        ...['processed', 'filtered', 'error'],
        ...(summaries?.topic === 'summary' ? ['summary'] : []),
        ...(metrics || messages.length > 0 || summaries?.topic === 'metrics' ? ['metrics'] : []),
      ].map((role) => `schemas/${name}/${role}.schema.json`),
    );
    expect([...files.keys()]).toEqual(expect.arrayContaining(['schemas/input.schema.json', ...expected]));
  });

  it('is JSON Schema of draft 2020-12 without a keyword that is not in it', () => {
    for (const [file, schema] of schemas) {
      const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, formats: { ipv4: true, ipv6: true } });
      expect([file, ajv.validateSchema(schema)]).toEqual([file, true]);
      expect(typeof ajv.compile(schema)).toBe('function');
    }
  });

  it('says of every field, at every depth, what it means', () => {
    for (const [file, schema] of schemas) {
      const silent = [...fieldsOf(schema)].filter(({ schema: { description = '' } }) => !/[.]$/.test(description));
      expect({ file, silent: silent.map(({ path }) => path) }).toEqual({ file, silent: [] });
    }
  });

  it('has the fields of the profiles, in their order, all of them required, and nothing else but unknown fields', () => {
    for (const [name, profile] of Object.entries(PROFILES)) {
      const schema = schemas.find(([file]) => file === `schemas/${name}/processed.schema.json`)![1];
      const listed = profile.processed.filter(
        (field): field is string | RenamedField => field !== UNKNOWN_FIELDS && !isInput(field),
      );
      const isOpen = listed.length < profile.processed.length;
      const received = profile.processed.some(isInput) ? LOGIN_FIELDS : [];
      const fields = [...received, ...listed.map(nameOf)];
      expect(Object.keys(schema.properties!)).toEqual(fields);
      expect(schema.required).toEqual(fields);
      expect(schema.additionalProperties).toBe(isOpen);
    }
  });

  it('explains every error type that the type of errors knows', () => {
    const { properties } = schemas.find(([file]) => file === 'schemas/standard/error.schema.json')![1];
    expect(Object.keys(ERROR_TYPES).sort()).toEqual(properties!.error_type.enum);
  });

  describe('the AsyncAPI document', () => {
    let document: Json;
    beforeAll(() => {
      document = JSON.parse(files.get('docs/asyncapi.json')!) as Json;
    });

    it('is valid by the official schema of AsyncAPI 3.0', () => {
      const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
      const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as object);
      expect(validate(document) ? [] : validate.errors).toEqual([]);
      // The check can fail.
      expect(validate({ ...document, channels: { input: { adress: 'x' } } })).toBe(false);
    });

    it('refers to nothing that is not there', () => {
      const found = [...references(document)];
      expect(found.length).toBeGreaterThan(15);
      for (const reference of found) {
        const [file, pointer] = reference.split('#');
        if (file !== '') {
          expect([...files.keys()]).toContain(posix.join('docs', file));
          expect(existsSync(new URL(posix.join('docs', file), root))).toBe(true);
        } else {
          const steps = pointer.slice(1).split('/');
          const target = steps.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], document);
          expect([reference, typeof target]).toEqual([reference, 'object']);
        }
      }
    });

    it('has a channel for every topic, with its default name and one operation', () => {
      const channels = Object.values(document.channels as Record<string, { address: string }>);
      const { input, outputs } = new TopicSettings();
      const addresses = channels.map(({ address }) => address);
      expect([input, ...outputs]).toEqual(expect.arrayContaining(addresses));
      expect(addresses.length).toBeGreaterThanOrEqual(4);
      const actions = Object.values(document.operations as Record<string, { action: string }>);
      expect(actions.map(({ action }) => action).sort()).toEqual([
        'receive',
        ...addresses.slice(1).map(() => 'send'),
      ]);
    });
  });
});
