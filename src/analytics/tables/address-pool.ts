import type { ImageColumn } from '../state-image.js';
import { RowImage } from './row-image.js';
import type { StoredPart } from './stored-part.js';

const WORDS = 4;

/**
 * Addresses of 128 bits for rows that have a word for each. An entry belongs to one row until that gives it back. The first word
 * of a free entry is the number of the next free one plus one. Pages that no entry has reached cost address space, not memory.
 */
export class AddressPool {
  /** Entries that were ever given out. */
  private reached = 0;
  /** Number of the first free entry plus one. */
  private free = 0;
  private inUse = 0;
  private readonly words: Int32Array;
  private open: RowImage | null = null;

  constructor(private readonly capacity: number) {
    this.words = new Int32Array(WORDS * capacity);
  }

  /** @returns the number of the entry that has the address now */
  add(address: Int32Array): number {
    let entry = this.free - 1;
    if (entry >= 0) {
      // An image needs no words of an entry that was free, and has put aside those of one that was freed since.
      this.free = this.words[WORDS * entry];
    } else entry = this.reached++;
    this.words.set(address, WORDS * entry);
    this.inUse++;
    return entry;
  }

  /** Gives an entry back. */
  remove(entry: number): void {
    if (this.open !== null) this.open.keep(entry);
    this.words.fill(0, WORDS * entry, WORDS * (entry + 1));
    this.words[WORDS * entry] = this.free;
    this.free = entry + 1;
    this.inUse--;
  }

  /** One of the four words of an address, the most significant first. */
  wordOf(entry: number, word: number): number {
    return this.words[WORDS * entry + word];
  }

  /** Bytes of the addresses that there are. */
  get bytes(): number {
    return 4 * WORDS * this.inUse;
  }

  facts(): object {
    return { addresses: this.reached };
  }

  openImage(part: string): readonly ImageColumn[] {
    this.open = new RowImage([{ name: `${part}.addresses`, words: this.words, stride: WORDS }], this.reached);
    return this.open.columns;
  }

  closeImage(): void {
    this.open?.close();
    this.open = null;
  }

  /**
   * Takes the addresses of an image into an empty pool. The owners say which entries are theirs.
   *
   * @param eachOwned calls back with the number of every entry that a row has
   */
  async restore(stored: StoredPart, eachOwned: (mark: (entry: number) => void) => void): Promise<void> {
    const reached = stored.whole('addresses', this.capacity);
    await stored.column('addresses', this.words.subarray(0, WORDS * reached));
    const owned = new Uint8Array(reached);
    eachOwned((entry) => {
      if (entry < 0 || entry >= reached || owned[entry] === 1)
        throw stored.misfit('addresses', 'one for each row that has one');
      owned[entry] = 1;
      this.inUse++;
    });
    this.reached = reached;
    for (let entry = reached - 1; entry >= 0; entry--) {
      if (owned[entry] === 1) continue;
      this.words[WORDS * entry] = this.free;
      this.free = entry + 1;
    }
  }
}
