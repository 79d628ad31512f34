import type { LocaleIds } from './locale-ids.js';
import { RecentPair } from './recent-pair.js';

/** Bits of a locale's id; two of them are in the lower bits of one word, the first one below. */
const ID_BITS = 15;
/** Greatest id that fits. */
export const MOST_LOCALE_ID = 2 ** ID_BITS - 1;

/** A pair of locales by their ids, ordered as the locales are. */
export class LocalePair extends RecentPair {
  /** Locale of the next event: an id up to {@link MOST_LOCALE_ID}. */
  key = 0;

  /** @param ids the word of a row with both ids; its two highest bits are somebody else's */
  constructor(
    data: Int32Array,
    private readonly ids: number,
    otherTime: number,
    window: number,
    private readonly locales: Pick<LocaleIds, 'compare'>,
  ) {
    super(data, otherTime, window);
  }

  idOf(row: number, place: 0 | 1): number {
    return (this.data[row + this.ids] >>> (ID_BITS * place)) & MOST_LOCALE_ID;
  }

  protected holds(row: number, place: 0 | 1): boolean {
    return this.idOf(row, place) === this.key;
  }

  protected isBeforeSecond(row: number): boolean {
    return this.locales.compare(this.key, this.idOf(row, 1)) < 0;
  }

  protected isInOrder(row: number): boolean {
    return this.locales.compare(this.idOf(row, 0), this.idOf(row, 1)) < 0;
  }

  protected put(row: number, place: 0 | 1): void {
    this.set(row, place, this.key);
  }

  protected swap(row: number): void {
    const first = this.idOf(row, 0);
    this.set(row, 0, this.idOf(row, 1));
    this.set(row, 1, first);
  }

  private set(row: number, place: 0 | 1, id: number): void {
    const shift = ID_BITS * place;
    const at = row + this.ids;
    this.data[at] = (this.data[at] & ~(MOST_LOCALE_ID << shift)) | (id << shift);
  }
}
