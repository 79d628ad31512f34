import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LocaleIds } from './locale-ids.js';
import { storedPart } from './testing.js';

const LOCALES = ['', 'AA', 'NC', 'en-US', 'en_US', '__proto__', 'ß', '\ud83d\ude00', 'zz'];
const lookUps = fc.array(fc.constantFrom(...LOCALES), { maxLength: 60 });

/** Interns, and holds the ids of the last few, like rows whose older ones are replaced. */
class Held {
  readonly ids: LocaleIds;
  held: { id: number; locale: string }[] = [];
  sweeps = 0;

  constructor(
    limit: number,
    private readonly rows: number,
  ) {
    this.ids = new LocaleIds(limit, (mark) => {
      this.sweeps++;
      this.held.forEach(({ id }) => mark(id));
    });
  }

  use(locale: string): number {
    const id = this.ids.idOf(locale);
    this.held = [...this.held, { id, locale }].slice(-this.rows);
    return id;
  }
}

describe(LocaleIds.name, () => {
  it('gives a locale the same id as long as it is in use, and no two locales the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 1, max: 6 }),
        lookUps,
        (limit, rows, list) => {
          const table = new Held(limit, rows);
          const broken = list.filter((locale) => {
            const before = table.held.find((each) => each.locale === locale)?.id ?? LocaleIds.SHARED;
            const id = table.use(locale);
            const known = table.held.filter((each) => each.id !== LocaleIds.SHARED);
            return (
              (before !== LocaleIds.SHARED && id !== before) ||
              known.some((each) => table.ids.nameOf(each.id) !== each.locale) ||
              known.some((each) => each.id === id && each.locale !== locale) ||
              table.ids.size > limit ||
              id > limit
            );
          });
          expect(broken).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('finds room for every locale as long as fewer are in use than fit', () => {
    const table = new Held(8, 4);
    const locales = Array.from({ length: 1_000 }, (_, index) => `locale ${index}`);
    expect(locales.filter((locale) => table.use(locale) === LocaleIds.SHARED)).toEqual([]);
    expect(table.ids.shared).toBe(0);
  });

  it('lets further locales share an id when all are in use, and seldom looks for unused ones', () => {
    const rows = 160;
    const table = new Held(rows, rows);
    for (let locale = 0; locale < rows; locale++) table.use(`held ${locale}`);
    const { held } = table;
    const ids = Array.from({ length: 1_000 }, (_, index) => table.ids.idOf(`further ${index}`));
    expect(new Set(ids)).toEqual(new Set([LocaleIds.SHARED]));
    expect(table.ids.shared).toBe(1_000);
    // 160 marks each: one sweep for ten unknown locales.
    expect(table.sweeps).toBe(100);
    held.forEach(({ id, locale }) => expect(table.ids.idOf(locale)).toBe(id));
  });

  it('orders ids as their locales, by UTF-16 code units', () => {
    const ids = new LocaleIds(20, () => {});
    const numbers = LOCALES.map((locale) => ids.idOf(locale));
    expect([...numbers].sort((a, b) => ids.compare(a, b)).map((id) => ids.nameOf(id))).toEqual(
      [...LOCALES].sort(),
    );
    expect(ids.compare(numbers[3], numbers[3])).toBe(0);
  });

  it('goes on as before when it was saved and restored', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), lookUps, lookUps, (limit, before, after) => {
        const original = new Held(limit, 3);
        before.forEach((locale) => original.use(locale));
        const restored = new Held(limit, 3);
        restored.ids.restore(storedPart('locales', original.ids.facts()));
        restored.held = original.held;
        expect(after.map((locale) => restored.use(locale))).toEqual(
          after.map((locale) => original.use(locale)),
        );
        expect(restored.ids.facts()).toEqual(original.ids.facts());
      }),
      { numRuns: 300 },
    );
  });

  it('refuses more locales than fit', () => {
    const ids = new LocaleIds(2, () => {});
    ['a', 'b'].forEach((locale) => ids.idOf(locale));
    const stored = storedPart('locales', ids.facts());
    expect(() => new LocaleIds(1, () => {}).restore(stored)).toThrow(RangeError);
  });

  it.each([
    ['a name that is none', { names: ['', 7] }],
    ['a free number that is not there', { free: [9] }],
    ['a free number that is in use', { free: [1] }],
    ['no names', { names: [] }],
  ])('refuses %s', (_, wrong) => {
    const ids = new LocaleIds(4, () => {});
    ids.idOf('a');
    const stored = storedPart('locales', { ...ids.facts(), ...wrong });
    expect(() => new LocaleIds(4, () => {}).restore(stored)).toThrow(RangeError);
  });
});
