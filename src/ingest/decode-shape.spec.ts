import { describe, expect, it } from '@jest/globals';
import { Rejected } from '../pipeline/outcome.js';
import { decode, nested, rejection } from './decode.testing.js';

describe('Decoder: nesting', () => {
  it('counts the outermost object as level 1, and no level for scalars', () => {
    expect(decode('{"a":"b"}', { maxJsonDepth: 1 })).toEqual({ a: 'b' });
    expect(rejection('{"a":{}}', { maxJsonDepth: 1 }).errorType).toBe('too_deep');
    expect(rejection('{"a":[]}', { maxJsonDepth: 1 }).errorType).toBe('too_deep');
  });

  it('accepts the deepest level allowed, of objects and of arrays, and rejects one more', () => {
    expect(decode(nested(32))).not.toBeInstanceOf(Rejected);
    expect(rejection(nested(33)).errorType).toBe('too_deep');
    expect(decode(`{"a":${'['.repeat(31)}1${']'.repeat(31)}}`)).not.toBeInstanceOf(Rejected);
    expect(rejection(`{"a":${'['.repeat(32)}${']'.repeat(32)}}`).errorType).toBe('too_deep');
  });

  it('keeps as content an object that can be written again, and the text of one that cannot', () => {
    expect(rejection(nested(1000)).content).toEqual(JSON.parse(nested(1000)));
    expect(rejection(nested(1001)).content).toBe(nested(1001));
  });

  it('does not overflow the stack on 100,000 levels', () => {
    const arrays = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(rejection(`{"a":${arrays}}`).errorType).toBe('too_deep');
    expect(rejection(nested(100_000)).errorType).toBe('too_deep');
    expect(rejection(arrays).violations.map(({ rule }) => rule)).toEqual(['not_an_object', 'too_deep']);
    expect(rejection(arrays).content).toBe(arrays);
  });
});
