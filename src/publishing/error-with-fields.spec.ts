import { describe, expect, it } from '@jest/globals';
import { Rejected } from '../pipeline/outcome.js';
import type { ErrorType } from '../pipeline/outcome.js';
import { aRawRecord } from '../pipeline/testing.js';
import { errorWithFields } from './error-with-fields.js';

const rejected = (type: ErrorType, ...rules: [field: string | null, rule: string][]) =>
  new Rejected(
    aRawRecord(),
    type,
    rules.map(([field, rule]) => ({ field, rule, message: `About ${field ?? 'the value'}.` })),
    null,
  );

describe(errorWithFields.name, () => {
  it.each([
    ['a missing user goes first', rejected('missing_fields', ['user_id', 'missing'], ['ip', 'missing']), 'Missing user_id'],
    ['missing fields go before broken ones', rejected('missing_fields', ['locale', 'missing'], ['app_version', 'format']), 'Missing fields: locale'],
    ['fields are listed in one order, each once', rejected('invalid_fields', ['locale', 'length'], ['ip', 'not_string'], ['ip', 'not_ip'], ['device_id', 'blank']), 'Invalid fields: ip, device_id, locale'],
    ['fields that are not ours come last', rejected('unknown_fields', ['extra', 'unknown'], ['locale', 'length']), 'Invalid fields: locale, extra'],
    ['a value as a whole has no fields', rejected('not_json', [null, 'not_json']), 'Message parsing error: About the value.'],
  ])('%s', (_, outcome, text) => {
    expect(errorWithFields(outcome)).toBe(text);
  }); // prettier-ignore
});
