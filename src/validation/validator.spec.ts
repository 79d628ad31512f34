import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InputSettings } from '../config/input.settings.js';
import { Login } from '../pipeline/login.js';
import { Rejected } from '../pipeline/outcome.js';
import { PROFILE } from '../profiles/profiles.js';
import { aLogin, aRecord } from './testing.js';
import { ValidationModule } from './validation.module.js';
import { Validator } from './validator.js';

const validatorWith = (settings: Partial<InputSettings>) =>
  new Validator(Object.assign(new InputSettings(), settings), { processed: [], filteredContent: [] });
const validators = {
  drop: validatorWith({ unknownFields: 'drop' }),
  keep: validatorWith({ unknownFields: 'keep' }),
  reject: validatorWith({ unknownFields: 'reject' }),
};

function accepted(content: Record<string, unknown>, validator = validators.drop, raw = aRecord()): Login {
  const outcome = validator.validate(raw, content);
  if (!(outcome instanceof Login)) throw new Error(JSON.stringify(outcome.violations));
  return outcome;
}

function rejected(content: Record<string, unknown>, validator = validators.drop, raw = aRecord()): Rejected {
  const outcome = validator.validate(raw, content);
  if (!(outcome instanceof Rejected)) throw new Error('The content was accepted.');
  return outcome;
}

describe('Validator', () => {
  it('makes a login of the fields as received', () => {
    const raw = aRecord();
    const content = aLogin({ device_type: ' iOS ', timestamp: '1729894075' });
    expect(accepted(content, validators.drop, raw)).toEqual(
      Object.assign(Object.create(Login.prototype), content, {
        raw,
        event_time: 1729894075,
        unknown_fields: null,
        input: null,
      }),
    );
  });

  it('keeps the whole message where a profile passes it on, and only there', () => {
    const content = aLogin();
    const passing = { processed: [{ input: {} }], filteredContent: [] };
    const login = accepted(content, new Validator(new InputSettings(), passing));
    expect(login.input).toBe(content);
    expect(accepted(content, validators.drop).input).toBeNull();
  });

  it('accepts every real message but those without a device type', () => {
    const lines = readFileSync(new URL('../../test/fixtures/real-messages.ndjson', import.meta.url), 'utf8')
      .trim()
      .split('\n');
    const contents = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const raw = aRecord(1_750_000_000_000);
    for (const content of contents.filter((content) => 'device_type' in content)) {
      const login = accepted(content, validators.reject, raw);
      expect(login).toMatchObject({
        ...content,
        event_time: Number(content.timestamp),
        unknown_fields: null,
      });
    }
    const incomplete = contents.filter((content) => !('device_type' in content));
    expect(incomplete).toHaveLength(7);
    for (const content of incomplete) {
      const { errorType, violations } = rejected(content, validators.drop, raw);
      expect(errorType).toBe('missing_fields');
      expect(violations).toEqual([
        { field: 'device_type', rule: 'missing', message: 'device_type is missing.' },
      ]);
    }
  });

  describe('error types', () => {
    it('says missing_fields as soon as one field is missing, and lists all else', () => {
      const content = aLogin({ ip: 'not_an_ip', locale: null });
      const { errorType, violations, content: kept } = rejected(content);
      expect(errorType).toBe('missing_fields');
      expect(violations.map(({ rule }) => rule)).toEqual(['not_ip', 'missing']);
      expect(kept).toBe(content);
    });

    it('says invalid_fields when all fields are there', () => {
      expect(rejected(aLogin({ user_id: '', timestamp: 'not_a_timestamp' })).errorType).toBe(
        'invalid_fields',
      );
    });
  });

  describe('unknown fields', () => {
    const content = aLogin({ zeta: 1, alpha: { deep: [null] }, constructor: 'x', hasOwnProperty: 2 });

    it('are dropped with drop', () => {
      expect(accepted(content).unknown_fields).toBeNull();
    });

    it('are kept in input order with keep', () => {
      const { unknown_fields } = accepted(content, validators.keep);
      expect(JSON.stringify(unknown_fields)).toBe(
        '{"zeta":1,"alpha":{"deep":[null]},"constructor":"x","hasOwnProperty":2}',
      );
    });

    it('are null with keep when there are none', () => {
      expect(accepted(aLogin(), validators.keep).unknown_fields).toBeNull();
    });

    it('are each a violation with reject', () => {
      const { errorType, violations } = rejected(content, validators.reject);
      expect(errorType).toBe('unknown_fields');
      expect(violations.map(({ field, rule }) => [field, rule])).toEqual(
        ['zeta', 'alpha', 'constructor', 'hasOwnProperty'].map((field) => [field, 'unknown']),
      );
    });

    it('come after the violations of our fields with reject', () => {
      const { errorType, violations } = rejected({ ...aLogin({ ip: 5 }), zeta: 1 }, validators.reject);
      expect(errorType).toBe('invalid_fields');
      expect(violations.map(({ field }) => field)).toEqual(['ip', 'zeta']);
    });

    it('cannot make an error that is larger than its message', () => {
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`field${i}`, i]));
      const { violations } = rejected(aLogin({ ['x'.repeat(10_000)]: 1, ...many }), validators.reject);
      expect(violations).toHaveLength(101);
      expect(violations[0].field).toHaveLength(129);
      expect(violations[100]).toEqual({
        field: null,
        rule: 'unknown',
        message: '901 more fields are not part of a login.',
      });
    });
  });

  describe('time', () => {
    const at = (timestamp: number | string, arrival: number | string, maxFutureSeconds = 3600) =>
      validatorWith({ maxFutureSeconds }).validate(aRecord(arrival), aLogin({ timestamp }));

    it('accepts an event exactly MAX_FUTURE_SECONDS after the arrival, and rejects a later one', () => {
      expect(at(1_700_003_600, 1_700_000_000_000)).toBeInstanceOf(Login);
      expect(at('1700003600', 1_700_000_000_000)).toBeInstanceOf(Login);
      expect(at(1_700_003_600, 1_699_999_999_999)).toMatchObject({ errorType: 'future_timestamp' });
      expect(at('1700003601', 1_700_000_000_000)).toMatchObject({ errorType: 'future_timestamp' });
      expect(at(1_700_000_001, 1_700_000_000_999, 0)).toMatchObject({ errorType: 'future_timestamp' });
      expect(at(1_700_000_001, 1_700_000_001_000, 0)).toBeInstanceOf(Login);
    });

    it('rejects milliseconds, and numbers beyond every calendar, as a time in the future', () => {
      for (const timestamp of [1_700_000_000_000, 2 ** 53, 1e300, Number.MAX_VALUE]) {
        expect(at(timestamp, 1_700_000_000_000)).toMatchObject({
          errorType: 'future_timestamp',
          violations: [{ field: 'timestamp', rule: 'future_timestamp' }],
        });
      }
    });

    it('accepts any age', () => {
      expect(at(1, 1_700_000_000_000)).toBeInstanceOf(Login);
    });

    it('compares a record without arrival only with the end of the calendar', () => {
      expect(at(1_700_000_000, '-1')).toBeInstanceOf(Login);
      expect(at(8_640_000_000_000, '-1')).toBeInstanceOf(Login);
      expect(at(8_640_000_000_001, '-1')).toMatchObject({ errorType: 'future_timestamp' });
    });

    it('is looked at only when everything else is right', () => {
      const future = aLogin({ timestamp: 9_999_999_999, zeta: 1 });
      expect(rejected(future, validators.reject).errorType).toBe('unknown_fields');
      expect(rejected({ ...future, ip: 'x' }).violations.map(({ field }) => field)).toEqual(['ip']);
    });
  });

  it('is provided by its module', async () => {
    @Global()
    @Module({
      providers: [InputSettings, { provide: PROFILE, useValue: { processed: [], filteredContent: [] } }],
      exports: [InputSettings, PROFILE],
    })
    class Settings {}
    @Module({ imports: [Settings, ValidationModule] })
    class Application {}
    const application = await NestFactory.createApplicationContext(Application, { logger: false });
    expect(application.get(Validator).validate(aRecord(), aLogin())).toBeInstanceOf(Login);
    await application.close();
  });
});
