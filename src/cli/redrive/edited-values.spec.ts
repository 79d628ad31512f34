import { describe, expect, it } from '@jest/globals';
import { EditedValues } from './edited-values.js';

const VALID = '{"partition":0,"offset":1,"value":{}}';
const line = (entry: object) => JSON.stringify(entry);

describe('a file of edited values', () => {
  it('gives objects as JSON and texts as they are', () => {
    const values = EditedValues.parse(
      `${line({ partition: 0, offset: 7, value: { b: 1, a: 'ä' } })}\r\n\n` +
        `${line({ partition: 3, offset: 0, value: ' {"n": 1e400}\u0000' })}\n`,
    ) as EditedValues;
    expect(String(values.of(0, 7))).toBe('{"b":1,"a":"ä"}');
    expect(String(values.of(3, 0))).toBe(' {"n": 1e400}\u0000');
    expect([values.has(0, 0), values.has(3, 0)]).toEqual([false, true]);
    expect(values.positions()).toEqual([
      { partition: 0, offset: 7 },
      { partition: 3, offset: 0 },
    ]);
  });

  it('may be in any order', () => {
    const other = line({ partition: 1, offset: 1, value: 'x' });
    const digest = (text: string) => (EditedValues.parse(text) as EditedValues).digest;
    expect(digest(`${VALID}\n${other}`)).toBe(digest(`${other}\n${VALID}`));
    expect(digest(VALID)).not.toBe(digest(VALID.replace('{}', '{"a":1}')));
  });

  it.each([
    ['no JSON', '{"partition":0', 'it is not JSON.'],
    ['a list', '[]', 'it is no object.'],
    [
      'no partition',
      line({ offset: 0, value: {} }),
      'partition and offset must be whole numbers of at least 0.',
    ],
    [
      'half an offset',
      line({ partition: 0, offset: 0.5, value: {} }),
      'partition and offset must be whole numbers of at least 0.',
    ],
    ['no value', line({ partition: 0, offset: 0 }), 'value must be an object or a text.'],
    ['a null value', line({ partition: 0, offset: 0, value: null }), 'value must be an object or a text.'],
    [
      'a misspelt name',
      line({ partition: 0, offset: 0, value: {}, vlaue: {} }),
      'it may have partition, offset and value only.',
    ],
    [
      'a number that would change',
      '{"partition":0,"offset":0,"value":{"n":12345678901234567890}}',
      'a number in it is too large to be kept exactly: give the value as a text.',
    ],
    [
      'very deep nesting',
      `{"partition":0,"offset":0,"value":${'{"a":'.repeat(20_000)}{}${'}'.repeat(20_000)}}`,
      'it is nested too deeply: give the value as a text.',
    ],
    ['a position twice', VALID, '0:1 is there twice.'],
  ])('is refused for a line with %s, which is named', (_, text, says) => {
    expect(EditedValues.parse(`${VALID}\n\n${text}`)).toEqual([`Line 3: ${says}`]);
  });

  it('is refused when it has no line', () => {
    expect(EditedValues.parse(' \n\n')).toEqual(['There is no line in it.']);
  });
});
