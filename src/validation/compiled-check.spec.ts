import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { InputSettings } from '../config/input.settings.js';
import { Rejected } from '../pipeline/outcome.js';
import { compileLoginCheck } from './compiled-check.js';
import { LOGIN_FIELDS } from './login.dto.js';
import { aLogin, aRecord } from './testing.js';
import { Validator } from './validator.js';
import { violationsOf } from './violations.js';

const isLogin = compileLoginCheck();

const WHITE_SPACE = [' ', '\t', '\n', '\u00a0', '\u0085', '\u180e', '\u200b', '\u2028', '\u3000', '\ufeff'];

/** Texts around every limit of length, in units of one and of two UTF-16 code units, and of half a pair. */
const boundaryText = fc
  .tuple(
    fc.constantFrom('x', ' ', '\u{1f600}', '\ud83d', '\ude00', 'é', '\u3000'),
    fc.constantFrom(0, 1, 2, 3, 34, 35, 36, 63, 64, 65, 127, 128, 129, 130),
    fc.constantFrom('', 'x', '\ud83d', '\ude00'),
  )
  .map(([unit, count, end]) => unit.repeat(count) + end);

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 140 }),
  fc.string({ unit: 'grapheme', maxLength: 140 }),
  fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)), maxLength: 10 }),
  fc.string({ unit: fc.constantFrom(...WHITE_SPACE), maxLength: 130 }),
  boundaryText,
  fc.uuid(),
);

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: 0, maxLength: 5 });
const ip = fc.oneof(
  fc.ipV4(),
  fc.ipV4Extended(),
  fc.ipV6(),
  fc.ipV6().map((address) => `${address}%eth0`),
  fc.array(fc.integer({ min: -1, max: 300 }), { minLength: 3, maxLength: 5 }).map((parts) => parts.join('.')),
  fc
    .array(fc.nat(260), { minLength: 4, maxLength: 4 })
    .map((parts) => parts.map((n) => `0${n}`.slice(-3)).join('.')),
  fc.array(hex, { minLength: 1, maxLength: 9 }).map((parts) => parts.join(':')),
  fc.tuple(fc.array(hex, { maxLength: 7 }), fc.ipV4()).map(([parts, v4]) => [...parts, v4].join(':')),
  fc.string({ unit: fc.constantFrom(...'0129afAF.:%'), maxLength: 12 }),
);

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 0, maxLength: 14 });
const version = fc
  .tuple(
    fc.array(fc.oneof(digits, fc.nat(99).map(String)), { minLength: 2, maxLength: 4 }),
    fc.constantFrom('', '\n', ' ', '-rc'),
  )
  .map(([numbers, end]) => numbers.join('.') + end);

const timestamp = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 1e3, 1.5, 2 ** 53, 2 ** 53 + 2, 1e300, Infinity, -Infinity, NaN, Number.MIN_VALUE),
  digits,
  fc.integer().map(String),
  fc.double().map(String),
  digits.map((number) => `${number}\n`),
);

const anyValue: Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, true, 0, '', [], {}, ['2.3.0'], { length: 5 }),
  text,
  ip,
  version,
  timestamp,
);

const field = fc.constantFrom(...LOGIN_FIELDS);
/** For half of the changes a value of the field's own kind, so that both answers are frequent. */
const change = field.chain((name) => {
  const kinds: Partial<Record<string, Arbitrary<unknown>>> = { ip, app_version: version, timestamp };
  return fc.tuple(fc.constant(name), fc.oneof(kinds[name] ?? text, anyValue));
});
const mutatedLogin = fc
  .tuple(
    fc.array(change, { minLength: 1, maxLength: 3 }),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.uniqueArray(field, { maxLength: 2 }) },
    ),
    fc.oneof(
      { weight: 4, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.dictionary(fc.string(), fc.jsonValue()) },
    ),
  )
  .map(([changes, absent, unknown]) => {
    const login = aLogin(Object.fromEntries(changes));
    for (const name of absent) delete login[name];
    return { ...unknown, ...login };
  });

describe('The compiled check and the DTO', () => {
  it('agree on every mutation of a valid login', () => {
    const answers = { yes: 0, no: 0 };
    fc.assert(
      fc.property(mutatedLogin, (content) => {
        const verdict = isLogin(content);
        answers[verdict ? 'yes' : 'no']++;
        expect(verdict).toBe(violationsOf(content).length === 0);
      }),
      { numRuns: 24_000 },
    );
    // A test that hardly ever sees one of the answers would prove little.
    expect(Math.min(answers.yes, answers.no)).toBeGreaterThan(2_000);
  });

  it('agree on every JSON object', () => {
    const key = fc.oneof(field, fc.constantFrom('constructor', 'toString', 'hasOwnProperty'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(key, anyValue, { maxKeys: 9 }), (content) => {
        expect(isLogin(content)).toBe(violationsOf(content).length === 0);
      }),
      { numRuns: 4_000 },
    );
  });

  it('compiles nothing but a check of objects', () => {
    for (const content of [null, undefined, [], 'x', 5, [aLogin()]]) expect(isLogin(content)).toBe(false);
    expect(isLogin(aLogin())).toBe(true);
  });

  it('and the type without reasons is the one with reasons, for every mutation', () => {
    const input = new InputSettings();
    const validator = new Validator(input, { processed: [], filteredContent: [] });
    let rejected = 0;
    fc.assert(
      fc.property(mutatedLogin, (content) => {
        const [full, brief] = [validator.validate(aRecord(), content), validator.sort(aRecord(), content)];
        expect(brief.constructor).toBe(full.constructor);
        if (!(full instanceof Rejected) || !(brief instanceof Rejected)) return;
        rejected++;
        expect(brief.errorType).toBe(full.errorType);
      }),
      { numRuns: 5_000 },
    );
    expect(rejected).toBeGreaterThan(500);
  });
});
