import { describe, expect, it } from '@jest/globals';
import { painter, printable, printableJson, widthOf } from './terminal.js';

const TERMINAL = { isTTY: true, columns: 120 };

describe('painter', () => {
  it('colours on a terminal', () => {
    expect(painter(TERMINAL, {})('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(painter(TERMINAL, { NO_COLOR: '' })(['bold', 'red'], 'x')).toMatch(/^\u001b\[/);
  });

  it.each([
    ['into a pipe', {}, {}],
    ['into a pipe, whatever FORCE_COLOR says', {}, { FORCE_COLOR: '1' }],
    ['with NO_COLOR', TERMINAL, { NO_COLOR: '1' }],
    ['on a terminal that has no colours', TERMINAL, { TERM: 'dumb' }],
  ])('leaves text as it is %s', (_, output, env) => {
    expect(painter(output, env)('red', 'x')).toBe('x');
  });
});

describe('widthOf', () => {
  it('is that of the terminal, 80 where it does not say, and none of a pipe', () => {
    expect(widthOf(TERMINAL)).toBe(120);
    expect(widthOf({ isTTY: true, columns: 0 })).toBe(80);
    expect(widthOf({})).toBeUndefined();
  });
});

describe('text of others', () => {
  const hostile = 'a\u001b[2Jb\nc\u009b1m\u202edlrow\u007f';

  it('has no control characters left that a terminal would obey', () => {
    expect(printable(hostile)).toBe('a\\u001b[2Jb\\u000ac\\u009b1m\\u202edlrow\\u007f');
    expect(printable('Ünï 😀 ключ')).toBe('Ünï 😀 ключ');
  });

  it('stays JSON of the same value', () => {
    const text = printableJson({ [hostile]: [hostile] }, 2);
    expect(text).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u);
    expect(JSON.parse(text)).toEqual({ [hostile]: [hostile] });
  });
});
