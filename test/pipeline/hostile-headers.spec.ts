import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordHeaders } from '../../src/pipeline/raw-record.js';
import type { ReadRecord } from '../support/kafka.js';
import { message, runService } from './run.js';
import type { Run } from './run.js';

const LOGIN = {
  user_id: 'u',
  app_version: '2.3.0',
  ip: '1.2.3.4',
  locale: 'NC',
  device_id: 'd',
  timestamp: 1_729_894_075,
  device_type: 'ios',
};

const NAMES = [
  'constructor',
  'toString',
  '__proto__',
  'hasOwnProperty',
  'valueOf',
  '',
  'schlüssel 😀',
  'a\nb',
];
const HEADERS: RecordHeaders = Object.fromEntries(NAMES.map((name) => [name, Buffer.from(`of ${name}`)]));

/** A client's decoder may put a member of `Object.prototype` before the values of a header named like it. */
const valuesOf = ({ headers }: ReadRecord, name: string) =>
  [Object.entries(headers!).find(([each]) => each === name)?.[1]]
    .flat()
    .filter((value) => Buffer.isBuffer(value));

describe('headers with hostile names', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runService({
      partitions: [
        [
          { ...message(LOGIN), headers: HEADERS },
          { ...message({ ...LOGIN, device_type: 'web' }), headers: HEADERS },
          { ...message('no JSON'), headers: HEADERS },
          message({ ...LOGIN, user_id: 'another' }),
        ],
      ],
    });
  });

  it.each(['processed', 'filtered', 'errors'] as const)('travel on unchanged with what is %s', (outcome) => {
    for (const name of NAMES)
      expect({ name, values: valuesOf(run[outcome][0], name) }).toEqual({
        name,
        values: [Buffer.from(`of ${name}`)],
      });
  });

  it('do not stop the stream', () => {
    expect([run.processed.length, run.filtered.length, run.errors.length]).toEqual([2, 1, 1]);
  });
});

describe('headers of an earlier dead letter', () => {
  it('give way to those of the new one, so that a value is never taken for another', async () => {
    const stale = {
      'x-dlq-value': Buffer.from('old'),
      'x-dlq-sha256': Buffer.from('old'),
      mine: Buffer.from('m'),
    };
    const large = message('x'.repeat(5_000));
    const { errors } = await runService({
      partitions: [
        [
          { ...large, headers: stale },
          { ...message('no JSON'), headers: stale },
        ],
      ],
      settings: { MAX_MESSAGE_BYTES: '4096' },
    });
    expect(errors[0].headers).not.toHaveProperty('x-dlq-value');
    expect(String(errors[0].headers!['x-dlq-sha256'])).toMatch(/^[0-9a-f]{64}$/);
    expect(String(errors[1].headers!['x-dlq-value'])).toBe('no JSON');
    expect(errors[1].headers).not.toHaveProperty('x-dlq-sha256');
    expect(errors.map(({ headers }) => String(headers!.mine))).toEqual(['m', 'm']);
  });
});

describe('a key larger than its topic takes', () => {
  it('does not stop the stream: it is left out, and the error record says so', async () => {
    const key = Buffer.alloc(5_000_000);
    const { processed, errors } = await runService({
      partitions: [[{ ...message('no JSON'), key }, { ...message(LOGIN), key }, message(LOGIN)]],
      topicConfig: { 'max.message.bytes': '16000000' },
    });
    expect(processed).toHaveLength(1);
    expect(errors.map(({ json }) => json.error_type)).toEqual(['not_json', 'output_too_large']);
    for (const { key: left, headers } of errors) {
      expect(left).toBeNull();
      expect(String(headers!['x-dlq-key-left-out'])).toBe('5000000 bytes');
    }
    expect(String(errors[0].headers!['x-dlq-value'])).toBe('no JSON');
  });
});
