import type { ImageColumn } from '../state-image.js';
import { CopiedColumn } from './copied-column.js';
import { HashPair } from './hash-pair.js';
import type { Hash64 } from './key-hash.js';
import type { RowArray } from './row-image.js';
import { clearBit, KEY_WORDS, RowTable, wordsFor } from './row-table.js';
import type { StoredPart } from './stored-part.js';

/** Where a device's words are in the row: 32 bytes with the key, so half a cache line. */
const USERS = KEY_WORDS;
const LAST = USERS + 4;
const OTHER_TIME = LAST + 1;
const OWNER_WORDS = OTHER_TIME + 1 - KEY_WORDS;

const NAMES = { part: 'devices', setting: 'MAX_DEVICES' } as const;

/** What is remembered of each device: two users. */
export class DevicesTable {
  /** How many other users were remembered within the window: 0 to 2. */
  otherUsers = 0;
  /** There were any, for the first time since the device is in the table. */
  firstShared = false;
  /** How often {@link firstShared} was true: a device that was forgotten and comes back counts again. */
  sharedDevices = 0;
  /** Row of the device. Valid until the next login. */
  row = -1;
  private readonly rows: RowTable;
  private readonly users: HashPair;
  /** A bit a row: it was shared. */
  private readonly shared: Int32Array;

  /** @param windowSeconds 0: as long as the row is held */
  constructor(capacity: number, windowSeconds: number) {
    this.rows = new RowTable(capacity, (row) => clearBit(this.shared, row), OWNER_WORDS);
    this.users = new HashPair(this.rows.data, USERS, OTHER_TIME, windowSeconds);
    this.shared = new Int32Array(wordsFor(capacity));
  }

  get size(): number {
    return this.rows.size;
  }

  /** Whether the last login's device is new, or was forgotten: {@link row} says nothing of it. */
  get isNew(): boolean {
    return this.rows.added;
  }

  /** Devices forgotten because the table was full. */
  get evictions(): number {
    return this.rows.evictions;
  }

  /** Bytes of memory that the rows in use take. */
  get bytes(): number {
    return this.rows.bytes + (this.shared.byteLength * this.size) / this.rows.capacity;
  }

  /** @param eventTime in seconds, from 1 to 2^32 - 1 */
  login(device: Hash64, user: Hash64, eventTime: number): void {
    const { rows, users, shared } = this;
    this.row = rows.findOrAdd(device.hi, device.lo);
    const row = this.row * rows.stride;
    const last = rows.data[row + LAST] >>> 0;
    users.key = user;
    this.otherUsers = users.see(row, last, eventTime);
    if (eventTime > last) rows.data[row + LAST] = eventTime;
    const bit = 1 << (this.row & 31);
    this.firstShared = this.otherUsers > 0 && (shared[this.row >>> 5] & bit) === 0;
    if (this.firstShared) {
      shared[this.row >>> 5] |= bit;
      this.sharedDevices++;
    }
  }

  /** Erases a user from the rows of all devices. Takes as long as reading them all does. */
  forgetUser(user: Hash64): void {
    const { rows, users } = this;
    const { data, stride, size } = rows;
    users.key = user;
    for (let row = 0; row < size; row++) {
      const at = row * stride;
      if (data[at + LAST] === 0) continue; // its users are all forgotten
      const place = users.placeOf(at);
      if (place === null) continue;
      rows.keep(row);
      users.remove(at, place);
      if (place === 0) data[at + LAST] = data[at + OTHER_TIME];
      data[at + OTHER_TIME] = 0;
    }
  }

  /** The row is about to be written. */
  keep(row: number): void {
    this.rows.keep(row);
  }

  facts(): object {
    return { ...this.rows.facts(), sharedDevices: this.sharedDevices };
  }

  /** @param beside what else is kept by row */
  openImage(beside: readonly RowArray[] = []): ImageColumn[] {
    const shared = this.shared.subarray(0, wordsFor(this.size));
    return [...this.rows.openImage(NAMES, beside), new CopiedColumn(`${NAMES.part}.shared`, shared)];
  }

  closeImage(): void {
    this.rows.closeImage();
  }

  /** Takes the devices of an image into an empty table. */
  async restore(stored: StoredPart, beside: readonly RowArray[] = []): Promise<void> {
    this.sharedDevices = stored.whole('sharedDevices');
    await this.rows.restore(stored, NAMES, beside);
    await stored.column('shared', this.shared.subarray(0, wordsFor(this.size)));
  }
}
