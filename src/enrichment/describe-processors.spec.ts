import { describe, expect, it } from '@jest/globals';
import { describeProcessors } from './describe-processors.js';

describe(describeProcessors.name, () => {
  it('lists every processor with what it needs, what it adds and a sentence', () => {
    const list = describeProcessors();

    expect(list).toContainEqual({
      name: 'CalendarProcessor',
      needs: ['event_time'],
      adds: ['day_of_week', 'hour_of_day'],
      summary: expect.stringMatching(/\.$/),
    });
    expect(list.every(({ summary }) => summary.length > 10 && !summary.includes('\n'))).toBe(true);
  });

  it('says by name which class is not a processor', () => {
    class Plain {}
    expect(() => describeProcessors([Plain])).toThrow('Plain');
  });
});
