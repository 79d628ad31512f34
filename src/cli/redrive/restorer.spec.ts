import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RawRecord, RecordHeaders } from '../../pipeline/raw-record.js';
import { Rejected } from '../../pipeline/outcome.js';
import { aRawRecord } from '../../pipeline/testing.js';
import { STANDARD_ERROR_RECORD } from '../../profiles/standard-records.js';
import { deadLetter } from '../../publishing/dead-letter.js';
import { readDeadLetter } from './dead-letter.js';
import type { DeadLetter } from './dead-letter.js';
import { EditedValues } from './edited-values.js';
import { Restorer } from './restorer.js';
import type { SendStep, Step } from './step.js';
import { aDeadLetter } from './testing.js';

interface Around {
  readonly edited?: EditedValues;
  readonly input?: RawRecord | null;
  readonly takes?: boolean;
  readonly maxRedrives?: number;
}

function restore(letter: DeadLetter, around: Around = {}): Promise<Step> {
  return new Restorer({
    inputTopic: 'in',
    maxRedrives: around.maxRedrives ?? 3,
    edited: around.edited ?? null,
    input: { read: async () => around.input ?? null },
    takes: async () => around.takes ?? true,
  }).restore(letter);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const redriven = { 'x-redrive-count': '1', 'x-redrive-timestamp': '1711302637000' };
const headersOf = (step: Step) => ({ ...(step as SendStep).record.headers });

describe('a dead letter becomes its original again', () => {
  it('whatever that was', async () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));
    const value = fc.option(bytes);
    const headers = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'x-dlq-of-others')),
      fc.oneof(value, fc.array(value, { minLength: 2, maxLength: 3 })),
      { noNullPrototype: false },
    );
    await fc.assert(
      fc.asyncProperty(fc.option(bytes), value, headers, async (key, original, itsHeaders) => {
        const raw = aRawRecord({ key, value: original, headers: itsHeaders as RecordHeaders });
        const violation = { field: null, rule: 'not_json', message: 'The value is not JSON.' };
        const { headers: written, ...letter } = deadLetter(
          new Rejected(raw, 'not_json', [violation], original === null ? null : String(original)),
          {
            topic: 'in',
            partition: 2,
            now: 1_711_302_640,
            maxValueBytes: 1_048_576,
            maxRecordBytes: 4_194_304,
            fields: STANDARD_ERROR_RECORD,
          },
        );
        const record = aRawRecord({ key: letter.key as Buffer | null, headers: written });
        const step = (await restore(readDeadLetter(record, 0))) as SendStep;
        expect(step.record.key).toEqual(key);
        expect(step.record.value).toEqual(original);
        expect(Object.entries(step.record.headers!)).toEqual([
          ...Object.entries(itsHeaders),
          ...Object.entries(redriven),
        ]);
        expect(step.keylessPartition).toBe(2);
      }),
    );
  });

  it('with one more in its count, and the same arrival', async () => {
    const headers = { 'x-redrive-count': '2', 'x-redrive-timestamp': '99', h: Buffer.from('h') };
    const step = await restore(aDeadLetter({ headers }));
    expect(step).toMatchObject({ action: 'send', count: 3, edited: false });
    expect(headersOf(step)).toEqual({ h: Buffer.from('h'), ...redriven, 'x-redrive-count': '3' });
  });

  it.each(['many', '-1', '1.5', '', '9'.repeat(30)])(
    'counting from none when its count is %j',
    async (count) => {
      expect(await restore(aDeadLetter({}, { 'x-redrive-count': count }))).toMatchObject({ count: 1 });
    },
  );

  it('with another value where one is given, which its headers say from then on', async () => {
    const edited = EditedValues.parse('{"partition":0,"offset":0,"value":"new"}') as EditedValues;
    const step = (await restore(aDeadLetter(), { edited })) as SendStep;
    expect(String(step.record.value)).toBe('new');
    expect(headersOf(step)).toEqual({ ...redriven, 'x-redrive-edited': 'true' });
    const again = await restore(aDeadLetter({ headers: headersOf(step) as RecordHeaders }));
    expect(again).toMatchObject({ edited: false });
    expect(headersOf(again)).toMatchObject({ 'x-redrive-edited': 'true', 'x-redrive-count': '2' });
  });

  it('with what it leaves out, from the input', async () => {
    const input = aRawRecord({
      key: Buffer.from('large key'),
      value: Buffer.from('large value'),
      headers: { 'x-redrive-count': Buffer.from('1'), 'x-dlq-value': Buffer.from('theirs') },
    });
    const named = { 'x-dlq-value': undefined, 'x-dlq-sha256': sha256('large value') };
    for (const also of [{}, { 'x-dlq-key-left-out': '9 bytes' }, { 'x-dlq-headers-left-out': '2' }]) {
      const step = (await restore(aDeadLetter({ key: null }, { ...named, ...also }), { input })) as SendStep;
      expect([String(step.record.key), String(step.record.value)]).toEqual(['large key', 'large value']);
      expect(headersOf(step)).toEqual({
        'x-dlq-value': Buffer.from('theirs'),
        ...redriven,
        'x-redrive-count': '2',
      });
    }
  });
});

describe('a dead letter is skipped', () => {
  const large = { 'x-dlq-value': undefined, 'x-dlq-sha256': sha256('large value') };

  it.each<[string, string, Record<string, string | undefined>, Around]>([
    ['foreign', 'it is of another input topic', { 'x-dlq-topic': 'other' }, {}],
    ['foreign', 'it names no input topic', { 'x-dlq-topic': undefined }, {}],
    ['damaged', 'its arrival is missing', { 'x-dlq-timestamp': undefined }, {}],
    ['damaged', 'its partition is broken', { 'x-dlq-partition': 'one' }, {}],
    ['damaged', 'it neither has nor names a value', { 'x-dlq-value': undefined }, {}],
    ['redriven_too_often', 'its count is that of the guard', { 'x-redrive-count': '3' }, {}],
    ['gone', 'the input has lost the rest', large, { input: null }],
    ['gone', 'the input has another value there', large, { input: aRawRecord() }],
    [
      'gone',
      'its key is left out, and the input has another value there',
      { 'x-dlq-key-left-out': '9' },
      { input: aRawRecord() },
    ],
    ['too_large', 'the input topic does not take it', {}, { takes: false }],
  ])('as %s when %s', async (reason, _, headers, around) => {
    expect(await restore(aDeadLetter({}, headers), around)).toMatchObject({ action: 'skip', reason });
  });

  it('when only the input still knows how often it was redriven', async () => {
    const input = aRawRecord({ value: Buffer.from('large value'), headers: { 'x-redrive-count': '3' } });
    const letter = aDeadLetter({}, { ...large, 'x-dlq-headers-left-out': '3' });
    expect(await restore(letter, { input })).toMatchObject({ reason: 'redriven_too_often', count: 3 });
  });
});
