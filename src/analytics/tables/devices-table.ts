import type { Hash64 } from './key-hash.js';
import { RecentPair } from './recent-pair.js';
import { KEY_WORDS, RowTable } from './row-table.js';
import { scalar } from './table-state.js';
import type { Columns, Scalars, TableState } from './table-state.js';

/** Where a device's words are in the row. */
const USERS = KEY_WORDS;
const USER_TIMES = USERS + 4;
/** The times' high bytes, and {@link WAS_SHARED} above them. */
const HIGHS = USER_TIMES + 2;
const OWNER_WORDS = HIGHS + 1 - KEY_WORDS;
const WAS_SHARED = 1 << 16;

/** What is remembered of each device: two users. */
export class DevicesTable implements TableState {
  /** How many other users were remembered within the window: 0 to 2. */
  otherUsers = 0;
  /** There were any, for the first time since the device is in the table. */
  firstShared = false;
  /** How often {@link firstShared} was true: a device that was forgotten and comes back counts again. */
  sharedDevices = 0;
  /** Row of the device. Valid until the next login. */
  row = -1;
  private readonly rows: RowTable;
  private readonly users: RecentPair;
  private readonly userKey = new Int32Array(2);

  /** @param windowSeconds 0: as long as the row is held */
  constructor(capacity: number, windowSeconds: number) {
    this.rows = new RowTable(capacity, () => {}, OWNER_WORDS);
    const layout = { keys: USERS, keyWords: 2, times: USER_TIMES, high: HIGHS, highShift: 0 } as const;
    this.users = new RecentPair(this.rows.data, layout, windowSeconds);
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

  /** @param eventTime in seconds, from 1 to 2^40 - 1 */
  login(device: Hash64, user: Hash64, eventTime: number): void {
    const { rows, userKey } = this;
    this.row = rows.findOrAdd(device.hi, device.lo);
    const row = this.row * rows.stride;
    userKey[0] = user.hi;
    userKey[1] = user.lo;
    this.otherUsers = this.users.see(row, userKey, eventTime);
    this.firstShared = this.otherUsers > 0 && (rows.data[row + HIGHS] & WAS_SHARED) === 0;
    if (this.firstShared) {
      rows.data[row + HIGHS] |= WAS_SHARED;
      this.sharedDevices++;
    }
  }

  columns(): Columns {
    return this.rows.columns();
  }

  scalars(): Scalars {
    return { ...this.rows.scalars(), sharedDevices: this.sharedDevices };
  }

  restore(columns: Columns, scalars: Scalars): void {
    this.rows.restore(columns, scalars);
    this.sharedDevices = scalar(scalars, 'sharedDevices');
  }
}
