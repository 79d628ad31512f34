import { describe, expect, it } from '@jest/globals';
import { table } from './table.js';

const COLUMNS = [{ title: 'NAME' }, { title: 'COUNT', align: 'right' }, { title: 'NOTE' }] as const;

describe('table', () => {
  it('makes columns as wide as their widest cell, numbers to the right, without spaces at the end', () => {
    const rows = [
      ['a', '1', ''],
      ['longer name', '12,345', 'note'],
    ];
    expect(table(COLUMNS, rows, (line) => line)).toBe(
      ['NAME          COUNT  NOTE', 'a                 1', 'longer name  12,345  note', ''].join('\n'),
    );
  });

  it('leaves the titles out when they are not wanted', () => {
    expect(table(COLUMNS, [['a', '1', 'x']])).toBe('a  1  x\n');
    expect(table(COLUMNS, [])).toBe('');
  });

  it('does not count colours, and counts a character beyond the BMP once', () => {
    const rows = [
      ['\u001b[31mred\u001b[39m', '1', 'x'],
      ['😀', '2', 'y'],
    ];
    expect(table(COLUMNS, rows)).toBe('\u001b[31mred\u001b[39m  1  x\n😀    2  y\n');
  });

  it('paints the line of titles as a whole', () => {
    expect(table([{ title: 'A' }], [['b']], (line) => `<${line}>`)).toBe('<A>\nb\n');
  });
});
