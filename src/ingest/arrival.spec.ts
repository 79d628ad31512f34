import { describe, expect, it } from '@jest/globals';
import { aRawRecord } from '../pipeline/testing.js';
import type { RecordHeaders } from '../pipeline/raw-record.js';
import { asItArrived } from './arrival.js';

const OWN = '1711302637000';
const arrived = (headers: RecordHeaders | undefined, timestamp = OWN) =>
  asItArrived(aRawRecord({ headers, timestamp })).timestamp;
const header = (text: string) => ({ 'x-redrive-timestamp': Buffer.from(text) });

describe('the arrival of a record', () => {
  it('is its own time, and it is the same record, when it was not redriven', () => {
    const none = aRawRecord({ headers: undefined });
    const other = aRawRecord({ headers: { 'x-redrive-count': Buffer.from('1') } });
    expect([asItArrived(none), asItArrived(other)]).toEqual([none, other]);
    expect(asItArrived(none)).toBe(none);
    expect(asItArrived(other)).toBe(other);
  });

  it.each(['1711302636999', '0', '-1', OWN])('is %s when that is the arrival of the original', (time) => {
    expect(arrived(header(time))).toBe(time);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'soon'],
    ['a number with an exponent', '1.5e3'],
    ['a negative number', '-2'],
    ['a space', ' 17'],
    ['a hexadecimal number', '0x10'],
    ['a time after its own', '1711302637001'],
    ['too many digits', '9'.repeat(16)],
    ['a million digits', '9'.repeat(1_000_000)],
  ])('is its own time when the header holds %s', (_, text) => {
    expect(arrived(header(text))).toBe(OWN);
  });

  it.each([
    ['null', null],
    ['there twice', [Buffer.from('1'), Buffer.from('2')]],
  ])('is its own time when the header is %s', (_, value) => {
    expect(arrived({ 'x-redrive-timestamp': value })).toBe(OWN);
  });

  it('leaves all else as it is', () => {
    const record = aRawRecord({ offset: '42', key: null, headers: header('17'), size: 99 });
    const { offset, key, value, headers, size } = asItArrived(record);
    expect({ offset, key, value, headers, size }).toEqual({
      offset: '42',
      key: null,
      value: record.value,
      headers: record.headers,
      size: 99,
    });
  });
});
