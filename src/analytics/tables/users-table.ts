import type { ImageColumn } from '../state-image.js';
import { AddressPool } from './address-pool.js';
import type { IpKey } from './ip-key.js';
import { IpPair } from './ip-pair.js';
import type { Hash64 } from './key-hash.js';
import type { LocaleIds } from './locale-ids.js';
import { LocalePair } from './locale-pair.js';
import { OpenSessions, SESSION_WORDS } from './open-sessions.js';
import type { RowArray } from './row-image.js';
import { KEY_WORDS, RowTable } from './row-table.js';
import type { StoredPart } from './stored-part.js';

/** Where a user's words are in the row: 52 bytes with the key. The locales' ids leave the two bits that the addresses need. */
const IPS = KEY_WORDS;
const OTHER_IP_TIME = IPS + 2;
const LOCALES = OTHER_IP_TIME + 1;
const OTHER_LOCALE_TIME = LOCALES + 1;
const SESSION = OTHER_LOCALE_TIME + 1;
const OWNER_WORDS = SESSION + SESSION_WORDS - KEY_WORDS;

const IP_PAIR = { ips: IPS, otherTime: OTHER_IP_TIME, flags: LOCALES } as const;
const NAMES = { part: 'users', setting: 'MAX_USERS' } as const;

/**
 * What is remembered of each user: two addresses, two locales, the open session. {@link login} applies one event and
 * leaves what it says about it in the fields.
 */
export class UsersTable {
  /** How many other addresses were remembered within the window: 0 to 2. */
  otherIps = 0;
  /** How many other locales were. */
  otherLocales = 0;
  /** The last login opened a session: {@link setSessionId} has to follow. */
  sessionStarted = false;
  /** Sessions of this user so far. */
  sessionCount = 0;
  /** Logins in this session so far. */
  sessionLogins = 0;
  /** Row of the user, and so of the session, for {@link sessionIdOf}. Valid until the next login. */
  row = -1;
  private readonly rows: RowTable;
  private readonly pool: AddressPool;
  private readonly ips: IpPair;
  private readonly locales: LocalePair;
  private readonly sessions: OpenSessions;

  /**
   * @param windowSeconds 0: as long as the row is held
   * @param locales orders locales of equal time
   * @param ip the address of the next login
   */
  constructor(
    capacity: number,
    windowSeconds: number,
    sessionGapSeconds: number,
    locales: Pick<LocaleIds, 'compare'>,
    ip: IpKey,
  ) {
    this.rows = new RowTable(capacity, (row) => this.release(row), OWNER_WORDS);
    this.pool = new AddressPool(2 * capacity);
    const { data } = this.rows;
    this.ips = new IpPair(data, IP_PAIR, windowSeconds, this.pool, ip);
    this.locales = new LocalePair(data, LOCALES, OTHER_LOCALE_TIME, windowSeconds, locales);
    this.sessions = new OpenSessions(data, sessionGapSeconds);
  }

  get size(): number {
    return this.rows.size;
  }

  /** Whether the last login's user is new, or was forgotten: {@link row} says nothing of anybody. */
  get isNew(): boolean {
    return this.rows.added;
  }

  /** Users forgotten because the table was full. */
  get evictions(): number {
    return this.rows.evictions;
  }

  /** Sessions of all users so far. */
  get sessionsStarted(): number {
    return this.sessions.started;
  }

  /** Users whose last event is within the gap of the greatest event time seen. */
  get activeSessions(): number {
    return this.sessions.active.count;
  }

  /** Bytes of memory that the rows in use take. */
  get bytes(): number {
    return this.rows.bytes + this.pool.bytes;
  }

  /**
   * A login from the address that was read last.
   *
   * @param localeId of {@link LocaleIds}
   * @param eventTime in seconds, from 1 to 2^32 - 1
   */
  login(user: Hash64, localeId: number, eventTime: number): void {
    this.row = this.rows.findOrAdd(user.hi, user.lo);
    const row = this.row * this.rows.stride;
    const last = this.sessions.lastOf(row + SESSION);
    this.otherIps = this.ips.see(row, last, eventTime);
    this.locales.key = localeId;
    this.otherLocales = this.locales.see(row, last, eventTime);
    this.sessionStarted = this.sessions.join(row + SESSION, eventTime);
    this.sessionCount = this.sessions.countOf(row + SESSION);
    this.sessionLogins = this.sessions.loginsOf(row + SESSION);
  }

  /** Gives the session that the last login opened its id. */
  setSessionId(row: number, userId: string, eventTime: number): void {
    this.sessions.setId(this.sessionAt(row), userId, eventTime);
  }

  /** The open session's id: 16 hex digits. */
  sessionIdOf(row: number): string {
    return this.sessions.idOf(this.sessionAt(row));
  }

  /** Calls back with every locale id that a row holds, more than once if several do. */
  eachLocaleId(mark: (id: number) => void): void {
    const { stride, size } = this.rows;
    for (let row = 0; row < size * stride; row += stride) {
      mark(this.locales.idOf(row, 0));
      if (this.locales.otherTimeOf(row) > 0) mark(this.locales.idOf(row, 1));
    }
  }

  /**
   * Erases a user's row; the last row moves to its place.
   *
   * @returns its number, -1 if the user has none
   */
  forget(user: Hash64): number {
    const row = this.rows.find(user.hi, user.lo);
    if (row >= 0) {
      this.rows.keep(row);
      this.release(row);
      this.rows.remove(row);
    }
    return row;
  }

  /** What a row has elsewhere goes before its words do. */
  private release(row: number): void {
    this.sessions.forget(this.sessionAt(row));
    this.ips.forget(row * this.rows.stride);
  }

  private sessionAt(row: number): number {
    return row * this.rows.stride + SESSION;
  }

  facts(): object {
    const { started, active } = this.sessions;
    const ofSessions = { sessionsStarted: started, greatestTime: active.greatest };
    return { ...this.rows.facts(), ...this.pool.facts(), ...ofSessions };
  }

  /** @param beside what else is kept by row */
  openImage(beside: readonly RowArray[] = []): ImageColumn[] {
    return [...this.rows.openImage(NAMES, beside), ...this.pool.openImage(NAMES.part)];
  }

  closeImage(): void {
    this.rows.closeImage();
    this.pool.closeImage();
  }

  /** Takes the users of an image into an empty table. */
  async restore(stored: StoredPart, beside: readonly RowArray[] = []): Promise<void> {
    this.sessions.started = stored.whole('sessionsStarted');
    const greatest = stored.whole('greatestTime');
    await this.rows.restore(stored, NAMES, beside);
    await this.pool.restore(stored, (mark) => {
      for (const at of this.starts()) this.ips.eachPooled(at, mark);
    });
    this.sessions.active.restore(greatest, this.lasts());
  }

  /** Where each row begins. */
  private *starts(): Iterable<number> {
    const { stride, size } = this.rows;
    for (let row = 0; row < size; row++) yield row * stride;
  }

  private *lasts(): Iterable<number> {
    for (const at of this.starts()) yield this.sessions.lastOf(at + SESSION);
  }
}
