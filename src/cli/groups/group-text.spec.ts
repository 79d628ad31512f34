import { describe, expect, it } from '@jest/globals';
import type { GroupReport } from '../../kafka/group-report.js';
import { groupRow } from './group-row.js';
import { groupText } from './group-text.js';

const REPORT: GroupReport = {
  state: 'Stable',
  members: [
    { memberId: 'm-1', clientId: 'login-stream', host: '10.0.0.7', partitions: [0, 1] },
    { memberId: 'm-2', clientId: 'evil\u001b[2J', host: '10.0.0.8', partitions: [] },
  ],
  partitions: [
    { partition: 0, committed: 1_000, start: 0, end: 3_500, lag: 2_500, memberId: 'm-1' },
    { partition: 1, committed: null, start: 7, end: 7, lag: 0, memberId: null },
  ],
};

const plain = (_: unknown, text: string) => text;

describe('groupText', () => {
  it('has the state, the members, the partitions and the total lag', () => {
    expect(groupText(groupRow('g', 'in', REPORT), plain)).toBe(
      [
        'g: Stable, 2 members, reads in',
        '',
        'MEMBER  CLIENT ID      HOST      PARTITIONS',
        'm-1     login-stream   10.0.0.7  0, 1',
        'm-2     evil\\u001b[2J  10.0.0.8  (none)',
        '',
        'PARTITION  COMMITTED    END    LAG  MEMBER',
        '        0      1,000  3,500  2,500  m-1',
        '        1     (none)      7      0  (none)',
        'Total lag: 2,500',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what there is none of', () => {
    const empty = groupRow('g', 'in', { state: 'Empty', members: [], partitions: [] });
    expect(groupText(empty, plain)).toBe('g: Empty, 0 members, reads in\n');
  });
});
