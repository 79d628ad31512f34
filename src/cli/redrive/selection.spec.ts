import { describe, expect, it } from '@jest/globals';
import { EditedValues } from './edited-values.js';
import { parseOffsets } from './offset-range.js';
import { fingerprint, isSelected, spanOf } from './selection.js';
import type { Criteria } from './selection.js';
import { aDeadLetter } from './testing.js';

const ALL: Criteria = { reasons: [], since: null, until: null, offsets: [], sources: [], edited: null };
const letter = aDeadLetter({ offset: '5', timestamp: '1000' }, {}, 1);
const edited = EditedValues.parse(
  '{"partition":1,"offset":5,"value":{}}\n{"partition":1,"offset":9,"value":{}}',
) as EditedValues;

describe('a dead letter is selected', () => {
  it.each<[string, Partial<Criteria>, boolean]>([
    ['no criterion', {}, true],
    ['its reason', { reasons: ['too_deep', 'not_json'] }, true],
    ['another reason', { reasons: ['too_deep'] }, false],
    ['a time from it on', { since: 1000 }, true],
    ['a time after it', { since: 1001 }, false],
    ['an end after it', { until: 1001 }, true],
    ['an end at it', { until: 1000 }, false],
    ['its offset', { offsets: parseOffsets('1:5') }, true],
    ['a range with it', { offsets: parseOffsets('1:0-5', parseOffsets('0:9')) }, true],
    ['its offset in another partition', { offsets: parseOffsets('0:5') }, false],
    ['an open range with it', { offsets: parseOffsets('1:3-') }, true],
    ['an open range behind it', { offsets: parseOffsets('1:6-') }, false],
    ['its source', { sources: parseOffsets('2:17') }, true],
    ['another source', { sources: parseOffsets('2:16') }, false],
    ['two criteria of which one is not met', { reasons: ['not_json'], until: 1 }, false],
    ['a value for it', { edited }, true],
  ])('or not with %s', (_, criteria, expected) => {
    expect(isSelected(letter, { ...ALL, ...criteria })).toBe(expected);
  });

  it('only by what its headers say', () => {
    const unknown = aDeadLetter({}, { 'x-dlq-error-type': undefined, 'x-dlq-offset': 'twelve' });
    expect(isSelected(unknown, ALL)).toBe(true);
    expect(isSelected(unknown, { ...ALL, reasons: ['not_json'] })).toBe(false);
    expect(isSelected(unknown, { ...ALL, sources: parseOffsets('2:0-') })).toBe(false);
    expect(isSelected(aDeadLetter({ offset: '6' }, {}, 1), { ...ALL, edited })).toBe(false);
  });
});

describe('the span of a selection', () => {
  it('is what has to be read of a partition', () => {
    expect(spanOf(ALL, 3)).toEqual({ first: 0, last: Infinity });
    const offsets = parseOffsets('1:7-9', parseOffsets('1:2', parseOffsets('0:4-')));
    expect([0, 1, 2].map((partition) => spanOf({ ...ALL, offsets }, partition))).toEqual([
      { first: 4, last: Infinity },
      { first: 2, last: 9 },
      null,
    ]);
    expect([0, 1].map((partition) => spanOf({ ...ALL, edited }, partition))).toEqual([
      null,
      { first: 5, last: 9 },
    ]);
  });
});

describe('the name of a run that is given none', () => {
  const nameOf = (criteria: Partial<Criteria>, input = 'in', errors = 'err') =>
    fingerprint({ ...ALL, ...criteria }, input, errors);

  it('is the same however the selection is written', () => {
    expect(nameOf({ reasons: ['a', 'b'] })).toBe(nameOf({ reasons: ['b', 'a'] }));
    expect(nameOf({ offsets: parseOffsets('0:1', parseOffsets('1:1')) })).toBe(
      nameOf({ offsets: parseOffsets('1:1', parseOffsets('0:1')) }),
    );
    expect(nameOf({})).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is another one for another selection, other values, other topics', () => {
    const other = EditedValues.parse('{"partition":1,"offset":5,"value":{"a":1}}') as EditedValues;
    const names = [
      nameOf({}),
      nameOf({}, 'in2'),
      nameOf({}, 'in', 'err2'),
      nameOf({ reasons: ['a'] }),
      nameOf({ since: 1 }),
      nameOf({ until: 1 }),
      nameOf({ offsets: parseOffsets('0:1') }),
      nameOf({ offsets: parseOffsets('0:1-') }),
      nameOf({ sources: parseOffsets('0:1') }),
      nameOf({ edited }),
      nameOf({ edited: other }),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a range of offsets', () => {
  it.each(['', '0', ':', '0:', 'a:1', '0:1-0', '0:-1', '-1:0', '0:1-2-3', '0:1.5', `0:${'9'.repeat(16)}`])(
    'is not %j',
    (text) => {
      expect(() => parseOffsets(text)).toThrow(/It must be <partition>:<from>-<to>/);
    },
  );
});
