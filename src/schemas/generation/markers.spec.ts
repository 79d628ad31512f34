import { describe, expect, it } from '@jest/globals';
import { fillMarkers } from './markers.js';

const page = 'Before.\n\n<!-- generated: a b -->\nstale\n<!-- end -->\n\nBetween.\n\n<!-- generated: c -->\n<!-- end -->\n';

describe(fillMarkers.name, () => {
  it('replaces what stands between markers, keeps the prose, and changes nothing the second time', () => {
    const texts = new Map([
      ['a b', 'one $& two'],
      ['c', 'three'],
    ]);
    const filled = fillMarkers(page, texts);
    expect(filled).toBe(
      'Before.\n\n<!-- generated: a b -->\n\none $& two\n\n<!-- end -->\n\nBetween.\n\n<!-- generated: c -->\n\nthree\n\n<!-- end -->\n',
    );
    expect(fillMarkers(filled, texts)).toBe(filled);
  });

  it('refuses a marker without a text, and a text without a marker', () => {
    expect(() => fillMarkers(page, new Map([['c', '']]))).toThrow('the marker "a b"');
    const texts = new Map(['a b', 'c', 'd', 'e'].map((name) => [name, '']));
    expect(() => fillMarkers(page, texts)).toThrow('no marker for d, e');
  });
});
