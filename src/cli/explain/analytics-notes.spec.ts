import { describe, expect, it } from '@jest/globals';
import { STATE_FIELDS } from '../../analytics/analytics-fields.js';
import { analyticsNotes } from './analytics-notes.js';

const SETTINGS = { ANALYTICS_WINDOW_SECONDS: '86400', SESSION_GAP_SECONDS: '1800', DEDUPE_SECONDS: '600' };

describe('analyticsNotes', () => {
  it('says of every field of analytics what it depends on', () => {
    for (const field of STATE_FIELDS) {
      const { notes = [] } = analyticsNotes({ [field]: 1 }, { ...SETTINGS, DEDUPE_SECONDS: '0' });
      expect([field, notes.length]).toEqual([field, 1]);
    }
  });

  it('says what a window of 0 means', () => {
    expect(
      analyticsNotes({ shared_device: false }, { ...SETTINGS, ANALYTICS_WINDOW_SECONDS: '0' }).notes,
    ).toContainEqual(
      'shared_device needs a login of another user on this device, as long as the row is held.',
    );
  });

  it('leaves out what is off or not there, and its settings', () => {
    expect(analyticsNotes({}, { ...SETTINGS, DEDUPE_SECONDS: '0' })).toEqual({ notes: [], settings: {} });
    expect(analyticsNotes({}, SETTINGS)).toEqual({
      notes: ['It would be filtered as duplicate if the identical value had arrived at most 600 s apart.'],
      settings: { DEDUPE_SECONDS: '600' },
    });
  });
});
