import type { StoredPart } from './stored-part.js';

/** A Map ends at 2^24 entries. */
const MOST_LOCALES = 2 ** 23;
/** Unknown locales are looked for this much less often than one mark a time when all ids are in use. */
const MARKS_PER_MISS = 16;

/** Calls `mark` with every id that is in use, as often as it likes. */
export type EachUsedId = (mark: (id: number) => void) => void;

/**
 * Small numbers for locales, exactly: equal numbers are equal texts. At most `limit` of them: when there are no more, those that
 * nobody uses are given out anew. When all are in use, further locales share {@link SHARED}, like further keys of a map.
 */
export class LocaleIds {
  /** The id of every locale that found no room. */
  static readonly SHARED = 0;

  /** How often a locale got {@link SHARED}. */
  shared = 0;
  private readonly ids = new Map<string, number>();
  /** By id; an id that is not given out has none. */
  private names: (string | undefined)[] = [''];
  /** Ids to be given out, the next one last. */
  private free: number[] = [];
  /** Unknown locales to go until looking for unused ids again is worth its price. */
  private missesToSweep = 0;

  private readonly limit: number;

  /** @param limit locales at most; never more than 2^23 */
  constructor(
    limit: number,
    private readonly eachUsedId: EachUsedId,
  ) {
    this.limit = Math.min(limit, MOST_LOCALES);
  }

  get size(): number {
    return this.ids.size;
  }

  idOf(locale: string): number {
    return this.ids.get(locale) ?? this.newId(locale);
  }

  /** The locale of an id that was given out; empty for {@link SHARED}. */
  nameOf(id: number): string {
    return this.names[id] ?? '';
  }

  /** Negative if the first one's locale comes first by UTF-16 code units. */
  compare(a: number, b: number): number {
    const left = this.nameOf(a);
    const right = this.nameOf(b);
    return left < right ? -1 : left > right ? 1 : 0;
  }

  private newId(locale: string): number {
    if (this.missesToSweep > 0) this.missesToSweep--;
    const full = this.free.length === 0 && this.names.length > this.limit;
    if (full && this.missesToSweep === 0) this.sweep();
    const id = this.free.pop() ?? (this.names.length <= this.limit ? this.names.length : LocaleIds.SHARED);
    if (id === LocaleIds.SHARED) this.shared++;
    else {
      this.names[id] = locale;
      this.ids.set(locale, id);
    }
    return id;
  }

  private sweep(): void {
    const used = new Uint8Array(this.names.length);
    let marks = 0;
    this.eachUsedId((id) => {
      used[id] = 1;
      marks++;
    });
    this.missesToSweep = Math.ceil(marks / MARKS_PER_MISS);
    for (let id = this.names.length - 1; id > LocaleIds.SHARED; id--) {
      const name = this.names[id];
      if (used[id] === 1 || name === undefined) continue;
      this.ids.delete(name);
      this.names[id] = undefined;
      this.free.push(id);
    }
  }

  facts(): object {
    const { shared, missesToSweep, free } = this;
    return { names: this.names.map((name) => name ?? null), free: [...free], shared, missesToSweep };
  }

  /** Takes the locales of an image into an empty table. */
  restore(stored: StoredPart): void {
    const names = stored.list('names');
    const free = stored.list('free');
    if (names.length === 0 || names.length > this.limit + 1)
      throw stored.misfit('names', `at most ${this.limit} locales`);
    this.shared = stored.whole('shared');
    this.missesToSweep = stored.whole('missesToSweep');
    this.names = names.map((name) => {
      if (name !== null && typeof name !== 'string') throw stored.misfit('names', 'locales');
      return name ?? undefined;
    });
    this.names.forEach((name, id) => {
      if (name !== undefined && id !== LocaleIds.SHARED) this.ids.set(name, id);
    });
    this.free = free.map((id) => {
      if (typeof id !== 'number' || !Object.hasOwn(names, id) || names[id] !== null)
        throw stored.misfit('free', 'numbers of locales that are not in use');
      return id;
    });
  }
}
