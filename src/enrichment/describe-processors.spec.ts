import { describe, expect, it } from '@jest/globals';
import { testSettings } from '../config/testing.js';
import { describeProcessors } from './describe-processors.js';

describe(describeProcessors.name, () => {
  it('lists every processor with its phase, what it needs, what it adds and a sentence', async () => {
    const list = await describeProcessors(testSettings());

    expect(list).toContainEqual({
      name: 'CalendarProcessor',
      phase: 'early',
      needs: ['event_time'],
      adds: ['day_of_week', 'hour_of_day'],
      remembers: [],
      summary: expect.stringMatching(/\.$/),
    });
    expect(list.every(({ summary }) => summary.length > 10 && !summary.includes('\n'))).toBe(true);
  });

  it('says what is remembered, and of whom', async () => {
    const risk = (await describeProcessors(testSettings())).find(({ phase }) => phase === 'late');
    expect(risk?.remembers).toContainEqual(expect.stringMatching(/^\d+ `\w+` of the user$/));
  });
});
