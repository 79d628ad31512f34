import { describe, expect, it } from '@jest/globals';
import { Account } from './account.js';
import { auditLine } from './audit.js';
import type { SendStep, SkipStep } from './step.js';
import { aDeadLetter } from './testing.js';

const letter = aDeadLetter({ offset: '12' }, {}, 3);
const send: SendStep = {
  action: 'send',
  letter,
  record: { key: Buffer.from('key'), value: Buffer.from('value'), headers: undefined, sourceOffset: 12 },
  keylessPartition: 2,
  count: 1,
  edited: false,
  bytes: 200,
};
const skip: SkipStep = { action: 'skip', letter, reason: 'gone', count: null };

describe('the account of a redrive', () => {
  it('has what was sent, and what was not, with the reasons', () => {
    const account = new Account();
    account.add(send, null);
    account.add(skip, null);
    account.add({ ...skip, reason: 'foreign' }, null);
    account.add(skip, null);
    expect(account.text(false)).toBe(
      '4 selected: 1 sent, 3 skipped.\n' +
        '  2  gone     What it leaves out is not in the input topic any more.\n' +
        '  1  foreign  Its headers name another input topic, or none.\n',
    );
    expect([account.sent, account.skipped]).toEqual([1, 3]);
  });

  it('foretells, of a dry run', () => {
    const account = new Account();
    account.add(send, { outcome: 'processed', because: null });
    account.add(send, { outcome: 'error', because: 'not_json: not_json' });
    expect(account.text(true)).toBe('2 selected: 2 would be sent (1 error, 1 processed), 0 skipped.\n');
  });
});

describe('the line of a dead letter', () => {
  const about = {
    partition: 3,
    offset: 12,
    source: { topic: 'in', partition: 2, offset: 17 },
    error_type: 'not_json',
  };

  it('says what was done, without key and value', () => {
    const sent = { ...about, action: 'sent', reason: null, redrive_count: 1, bytes: 5 };
    expect(auditLine(send, null)).toEqual(sent);
    expect(auditLine({ ...send, edited: true }, null)).toEqual({ ...sent, edited: true });
    expect(auditLine(skip, null)).toEqual({
      ...about,
      action: 'skipped',
      reason: 'gone',
      redrive_count: null,
      bytes: null,
    });
  });

  it('repeats nothing of headers that hold something else', () => {
    const odd = aDeadLetter({}, { 'x-dlq-topic': 'a person’s name', 'x-dlq-error-type': 'Jane Doe' });
    expect(auditLine({ ...skip, letter: odd, reason: 'foreign' }, null)).toMatchObject({
      source: { topic: null },
      error_type: null,
    });
  });
});
