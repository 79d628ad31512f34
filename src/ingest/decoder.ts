import { isUtf8 } from 'node:buffer';
import { Injectable } from '@nestjs/common';
import { InputSettings } from '../config/input.settings.js';
import { Rejected } from '../pipeline/outcome.js';
import type { ErrorType } from '../pipeline/outcome.js';
import type { RawRecord } from '../pipeline/raw-record.js';
import { hasUnsafeNumber } from './decode-integers.js';
import { hasForbiddenKey, hasLargeNumber, shapeOf } from './decode-shape.js';

type DecodeError = Extract<
  ErrorType,
  | 'null_value'
  | 'too_large'
  | 'not_utf8'
  | 'byte_order_mark'
  | 'not_json'
  | 'not_an_object'
  | 'forbidden_key'
  | 'too_deep'
  | 'unsafe_integer'
>;

const BYTE_ORDER_MARK = 0xfeff;

/** Of a value that is too large only this much becomes text: far more than an error record ever shows. */
const TOO_LARGE_TEXT_BYTES = 512 * 1024;

/**
 * JSON.stringify recurses and overflows at some thousands of levels: beyond this, an error carries the text.
 * MAX_JSON_DEPTH is at most this.
 */
const MAX_WRITABLE_DEPTH = 1000;

/**
 * Turns the bytes of a record into a JSON object, or says why they are none.
 *
 * Runs for every message, so the common one (a flat object) pays little beyond the check of UTF-8, the
 * conversion to text and JSON.parse; all else goes through {@link examine}.
 */
@Injectable()
export class Decoder {
  private readonly sentences: Readonly<Record<DecodeError, string>>;
  private readonly keepsNumbers: boolean;

  constructor(private readonly settings: InputSettings) {
    this.sentences = sentencesFor(settings);
    this.keepsNumbers = settings.unknownFields === 'keep';
  }

  /**
   * Never throws. Of duplicate keys the last counts, for every rule.
   *
   * @returns the parsed object, or a `Rejected` of type `null_value`, `too_large`, `not_utf8`, `byte_order_mark`,
   * `not_json`, `not_an_object`, `forbidden_key`, `too_deep` or, where fields are kept, `unsafe_integer`
   */
  decode(raw: RawRecord): Rejected | Record<string, unknown> {
    const { value } = raw;
    if (value === null) return this.reject(raw, ['null_value'], null);
    if (value.length > this.settings.maxMessageBytes) {
      return this.reject(raw, ['too_large'], value.toString('utf8', 0, TOO_LARGE_TEXT_BYTES));
    }
    const text = value.toString('utf8');
    if (!isUtf8(value)) return this.reject(raw, ['not_utf8'], text);
    if (text.charCodeAt(0) === BYTE_ORDER_MARK) return this.reject(raw, ['byte_order_mark'], text);

    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      return this.reject(raw, ['not_json'], text);
    }
    if (isObject(content) && isFlat(text) && !hasForbiddenKey(content)) {
      if (!this.keepsNumbers || !hasLargeNumber(content)) return content;
    }
    return this.examine(raw, text, content);
  }

  /** The full look, for what is nested, suspicious or no object at all. */
  private examine(raw: RawRecord, text: string, content: unknown): Rejected | Record<string, unknown> {
    const { maxJsonDepth } = this.settings;
    const { depth, forbiddenKey, largeNumber } = shapeOf(content, MAX_WRITABLE_DEPTH + 1);
    const errors: DecodeError[] = [];
    if (!isObject(content)) errors.push('not_an_object');
    if (forbiddenKey) errors.push('forbidden_key');
    if (depth > maxJsonDepth) errors.push('too_deep');
    if (errors.length === 0 && this.keepsNumbers && largeNumber && hasUnsafeNumber(text, depth)) {
      errors.push('unsafe_integer');
    }
    if (errors.length === 0) return content as Record<string, unknown>;
    return this.reject(raw, errors, depth > MAX_WRITABLE_DEPTH ? text : content);
  }

  /** The first error gives the type; every one is listed. */
  private reject(raw: RawRecord, errors: readonly DecodeError[], content: unknown): Rejected {
    const violations = errors.map((rule) => ({ field: null, rule, message: this.sentences[rule] }));
    return new Rejected(raw, errors[0], violations, content);
  }
}

/** True if nothing is nested. May be false for a flat object (a bracket in a string), which only costs time. */
function isFlat(text: string): boolean {
  return text.indexOf('{', 1) === -1 && text.indexOf('[') === -1;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sentencesFor({ maxMessageBytes, maxJsonDepth }: InputSettings): Record<DecodeError, string> {
  return {
    null_value: 'The record has no value.',
    too_large: `The value is larger than ${maxMessageBytes} bytes.`,
    not_utf8: 'The value is not UTF-8.',
    byte_order_mark: 'The value starts with a byte order mark.',
    not_json: 'The value is not JSON.',
    not_an_object: 'The value is JSON, but not an object.',
    forbidden_key: 'An object has the key __proto__.',
    too_deep: `The value is nested more than ${maxJsonDepth} levels deep.`,
    unsafe_integer: 'A number is too large to be passed on unchanged; an integer may be at most 2^53.',
  };
}
