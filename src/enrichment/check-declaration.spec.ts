import { describe, expect, it } from '@jest/globals';
import { checkDeclaration } from './check-declaration.js';

const SPEC = { needs: ['ip'], adds: ['zone'], summary: 'Zones.' };
const check = (spec: object, instance: object, method: 'process' | 'lookUp' = 'process') => {
  checkDeclaration('ZoneProcessor', spec, instance, method);
};

describe(checkDeclaration.name, () => {
  it('lets what is complete pass', () => {
    expect(() => check(SPEC, { process: () => undefined })).not.toThrow();
    expect(() => check(SPEC, { lookUp: async () => [] }, 'lookUp')).not.toThrow();
  });

  it.each([
    ['no list of needs', { ...SPEC, needs: undefined }, {}, 'ZoneProcessor declares "needs" as something else'],
    ['a list of other things', { ...SPEC, adds: [1] }, {}, 'ZoneProcessor declares "adds" as something else'],
    ['no summary', { ...SPEC, summary: undefined }, {}, 'ZoneProcessor declares no summary.'],
    ['nothing to call', SPEC, { proces: () => undefined }, 'ZoneProcessor has no method "process".'],
    ['something to wait for', SPEC, { process: async () => undefined }, 'ZoneProcessor has an asynchronous "process"'],
  ])('refuses a class with %s', (_, spec, instance, sentence) => {
    expect(() => check(spec, instance)).toThrow(sentence);
  }); // prettier-ignore
});
