import { describe, expect, it } from '@jest/globals';
import { accountText } from './account-text.js';
import { isBalanced, sum } from './account.js';
import type { Account } from './account.js';
import { Scrape } from './scrape.js';

const TOPICS = {
  ...{ input: 'user-login', output: 'out', filtered: 'fil', error: 'err' },
  ...{ summary: 'sum', metrics: 'met' },
};

const ACCOUNT: Account = {
  produced: 1_010,
  processed: 1_000,
  filtered: new Map([['filtered_device_type', 4]]),
  errors: new Map([
    ['not_json', 1],
    ['missing_fields', 5],
  ]),
  lag: 0,
  sample: null,
  sides: [],
};

describe('isBalanced', () => {
  it('is true only when every produced record has its one outcome and none is left', () => {
    expect(isBalanced(ACCOUNT)).toBe(true);
    for (const change of [{ produced: 1_009 }, { produced: 1_011 }, { lag: 1 }, { filtered: new Map() }])
      expect(isBalanced({ ...ACCOUNT, ...change })).toBe(false);
  });

  it('adds counts up', () => {
    expect(sum(ACCOUNT.errors)).toBe(6);
    expect(sum(new Map())).toBe(0);
  });
});

describe('the account as text', () => {
  it('has a row for each figure with its topic, the reasons below, the most frequent first', () => {
    const rows = accountText(ACCOUNT, TOPICS)
      .split('\n')
      .map((row) => row.trim().replace(/ +/g, ' '));
    expect(rows.slice(1, 9)).toEqual([
      'produced 1,010 user-login',
      'processed 1,000 out',
      'filtered 4 fil',
      'filtered_device_type 4',
      'errors 6 err',
      'missing_fields 5',
      'not_json 1',
      'lag 0',
    ]);
  });

  it('says whether it adds up', () => {
    expect(accountText(ACCOUNT, TOPICS)).toContain('every record has exactly one outcome');
    expect(accountText({ ...ACCOUNT, lag: 3 }, TOPICS)).toContain('DOES NOT ADD UP');
  });

  it('shows one processed record', () => {
    expect(accountText({ ...ACCOUNT, sample: '{"user_id":"u"}' }, TOPICS)).toContain(
      '{\n  "user_id": "u"\n}',
    );
  });

  it('counts the records beside the outcomes and shows one of each shape, of long counts a part', () => {
    const counts = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`field ${n}`, n]));
    const long = JSON.stringify({ counts, last: 1 });
    const sides = [
      { topic: 'sum', count: 0, samples: [] },
      { topic: 'met', count: 1_234, samples: ['{"a":1}', long] },
    ];
    const text = accountText({ ...ACCOUNT, sides }, TOPICS);
    expect(text).toMatch(/^further records +1,234 {2}met$/m);
    expect(text).not.toContain('sum');
    expect(text).toContain('One record of met:\n{\n  "a": 1\n}');
    expect(text).toContain('"field 5": 5,\n    "…": "54 more"\n  },\n  "last": 1');
  });
});

describe('Scrape', () => {
  const scrape = new Scrape(
    [
      '# HELP a_total Help.',
      '# TYPE a_total counter',
      'a_total{partition="0",outcome="error"} 2',
      'a_total{partition="1",outcome="error"} 3.5',
      'a_total{partition="0",outcome="processed"} 10',
      'a_total_created{partition="0"} 99',
      'b 7',
      'bb 8',
    ].join('\n'),
  );

  it('sums a metric over its labels, or over those that are asked for', () => {
    expect(scrape.sum('a_total')).toBe(15.5);
    expect(scrape.sum('a_total', 'outcome="error"')).toBe(5.5);
    expect(scrape.sum('a_total', 'outcome="none"')).toBe(0);
    expect(scrape.sum('b')).toBe(7);
    expect(scrape.sum('c')).toBe(0);
  });
});
