import { describe, expect, it } from '@jest/globals';
import { flag, integer, list, listOr, oneOf, text } from './rule.js';
import type { Rule } from './rule.js';

const valueOf = (rule: Rule, given: string) => {
  const value = rule.convert(given);
  return rule.accepts(value) ? value : 'refused';
};

describe('rules', () => {
  it.each([
    ['0', 0],
    ['65535', 65_535],
    ['65536', 'refused'],
    ['-1', 'refused'],
    ['+5', 'refused'],
    ['5.0', 'refused'],
    ['1e3', 'refused'],
    ['0x10', 'refused'],
    ['007', 'refused'],
    [' 5', 'refused'],
    ['1_000', 'refused'],
    ['١', 'refused'],
    ['9'.repeat(400), 'refused'],
  ])('an integer is decimal digits within its range: %j', (given, expected) => {
    expect(valueOf(integer(0, 65_535), given)).toBe(expected);
  });

  it.each([
    ['true', true],
    ['1', true],
    ['FALSE', false],
    ['0', false],
    ['yes', 'refused'],
    ['constructor', 'refused'],
  ])('a flag is true, false, 1 or 0: %j', (given, expected) => {
    expect(valueOf(flag(), given)).toBe(expected);
  });

  it('a word is one of its list, in any case', () => {
    expect(valueOf(oneOf(['plain', 'scram-sha-256']), 'SCRAM-SHA-256')).toBe('scram-sha-256');
    expect(valueOf(oneOf(['plain', 'scram-sha-256']), 'scram')).toBe('refused');
    expect(oneOf(['a', 'b', 'c']).accepted).toBe('a, b or c');
  });

  it('a list of anything has no empty items', () => {
    expect(valueOf(list('words'), 'a , ./b')).toEqual(['a', './b']);
    for (const bad of ['a,,b', 'a,', ',', ' ']) expect(valueOf(list('words'), bad)).toBe('refused');
  });

  it('a list has no empty items, and its word stands alone', () => {
    const rule = listOr('*', 'words', (item) => /^\w+$/.test(item));
    expect(valueOf(rule, 'a, b')).toEqual(['a', 'b']);
    expect(valueOf(rule, '*')).toBe('*');
    for (const bad of ['a,,b', 'a,', ',', '*,a']) expect(valueOf(rule, bad)).toBe('refused');
  });

  it('text is used as it is', () => {
    expect(valueOf(text('a key'), ' k ')).toBe(' k ');
    expect(valueOf(text('a key'), '')).toBe('refused');
  });
});
