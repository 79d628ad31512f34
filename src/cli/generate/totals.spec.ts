import { describe, expect, it } from '@jest/globals';
import { Totals } from './totals.js';

const records = (kind: string, count: number) =>
  Array.from({ length: count }, () => ({ key: null, value: null, kind }));

describe('the totals', () => {
  it('are by kind, with the bad ones by fault', () => {
    const totals = new Totals();
    totals.add([...records('valid', 1_200), ...records('bad_ip', 2)]);
    totals.add([...records('redelivered', 3), ...records('missing_device_type', 40), ...records('array', 2)]);
    expect(totals.sent).toBe(1_247);
    expect(totals.text().split('\n')).toEqual([
      'good                   1,200',
      'redelivered                3',
      'bad                       44',
      '  missing_device_type     40',
      '  array                    2',
      '  bad_ip                   2',
      '',
    ]);
  });

  it('say so when there was nothing', () => {
    expect(new Totals().text()).toBe('good         0\nredelivered  0\nbad          0\n');
  });
});
