import { hash } from 'node:crypto';
import { ActiveSessions } from './active-sessions.js';
import type { IpKey } from './ip-key.js';
import type { Hash64 } from './key-hash.js';
import type { LocaleIds } from './locale-ids.js';
import { RecentPair } from './recent-pair.js';
import { KEY_WORDS, RowTable } from './row-table.js';
import { scalar } from './table-state.js';
import type { Columns, Scalars, TableState } from './table-state.js';
import { fromWords, highWord, lowWord } from './time-words.js';

/** Where a user's words are in the row. Two pairs share the word of their high bytes. */
const IPS = KEY_WORDS;
const IP_TIMES = IPS + 8;
const LOCALES = IP_TIMES + 2;
const LOCALE_TIMES = LOCALES + 2;
const PAIR_HIGHS = LOCALE_TIMES + 2;
const SESSION_HIGHS = PAIR_HIGHS + 1;
const SESSION_START = SESSION_HIGHS + 1;
const SESSION_LAST = SESSION_START + 1;
const SESSION_ID = SESSION_LAST + 1;
const SESSION_COUNT = SESSION_ID + 2;
const SESSION_LOGINS = SESSION_COUNT + 1;
const OWNER_WORDS = SESSION_LOGINS + 1 - KEY_WORDS;

/**
 * What is remembered of each user: two addresses, two locales, the open session. {@link login} applies one event and
 * leaves what it says about it in the fields.
 */
export class UsersTable implements TableState {
  /** Another address was remembered within the window. */
  suspicious = false;
  /** Another locale was. */
  multipleLocations = false;
  /** The last login opened a session: {@link setSessionId} has to follow. */
  sessionStarted = false;
  /** Sessions of this user so far. */
  sessionCount = 0;
  /** Logins in this session so far. */
  sessionLogins = 0;
  /** Row of the user, and so of the session, for {@link sessionIdOf}. Valid until the next login. */
  sessionRow = -1;
  /** Sessions of all users so far. */
  sessionsStarted = 0;
  private readonly active: ActiveSessions;
  private readonly rows: RowTable;
  private readonly data: Int32Array;
  private readonly ips: RecentPair;
  private readonly localePair: RecentPair;
  private readonly localeKey = new Int32Array(1);

  /**
   * @param windowSeconds 0: as long as the row is held
   * @param locales orders locales of equal time
   */
  constructor(
    capacity: number,
    windowSeconds: number,
    private readonly sessionGapSeconds: number,
    locales: Pick<LocaleIds, 'compare'>,
  ) {
    this.active = new ActiveSessions(sessionGapSeconds);
    this.rows = new RowTable(
      capacity,
      (row) => this.active.forget(this.lastOf(row * this.rows.stride)),
      OWNER_WORDS,
    );
    this.data = this.rows.data;
    const ips = { keys: IPS, keyWords: 4, times: IP_TIMES, high: PAIR_HIGHS, highShift: 0 } as const;
    const pair = {
      keys: LOCALES,
      keyWords: 1,
      times: LOCALE_TIMES,
      high: PAIR_HIGHS,
      highShift: 16,
    } as const;
    this.ips = new RecentPair(this.data, ips, windowSeconds);
    this.localePair = new RecentPair(this.data, pair, windowSeconds, (a, b) => locales.compare(a, b));
  }

  get size(): number {
    return this.rows.size;
  }

  /** Users forgotten because the table was full. */
  get evictions(): number {
    return this.rows.evictions;
  }

  /** Users whose last event is within the gap of the greatest event time seen. */
  get activeSessions(): number {
    return this.active.count;
  }

  /**
   * @param localeId of {@link LocaleIds}
   * @param eventTime in seconds, from 1 to 2^40 - 1
   */
  login(user: Hash64, ip: IpKey, localeId: number, eventTime: number): void {
    this.sessionRow = this.rows.findOrAdd(user.hi, user.lo);
    const row = this.sessionRow * this.rows.stride;
    this.localeKey[0] = localeId;
    this.suspicious = this.ips.see(row, ip.words, eventTime);
    this.multipleLocations = this.localePair.see(row, this.localeKey, eventTime);
    this.joinSession(row, eventTime);
    this.sessionCount = this.data[row + SESSION_COUNT];
    this.sessionLogins = this.data[row + SESSION_LOGINS];
  }

  private joinSession(row: number, time: number): void {
    const { data, sessionGapSeconds } = this;
    const last = this.lastOf(row);
    this.sessionStarted = last === 0 || time > last + sessionGapSeconds;
    if (this.sessionStarted) {
      data[row + SESSION_COUNT]++;
      data[row + SESSION_LOGINS] = 1;
      this.sessionsStarted++;
      this.setStart(row, time);
    } else {
      const start = this.startOf(row);
      if (time < start - sessionGapSeconds) return;
      data[row + SESSION_LOGINS]++;
      if (time < start) this.setStart(row, time);
      if (time <= last) return;
    }
    this.active.move(last, time);
    data[row + SESSION_LAST] = lowWord(time);
    data[row + SESSION_HIGHS] = (data[row + SESSION_HIGHS] & 0xff) | (highWord(time) << 8);
  }

  private setStart(row: number, time: number): void {
    this.data[row + SESSION_START] = lowWord(time);
    this.data[row + SESSION_HIGHS] = (this.data[row + SESSION_HIGHS] & ~0xff) | highWord(time);
  }

  private startOf(row: number): number {
    return fromWords(this.data[row + SESSION_START], this.data[row + SESSION_HIGHS] & 0xff);
  }

  private lastOf(row: number): number {
    return fromWords(this.data[row + SESSION_LAST], (this.data[row + SESSION_HIGHS] >>> 8) & 0xff);
  }

  /** Gives the session that the last login opened its id: half of SHA-256 of the user, a NUL byte and the event second. */
  setSessionId(row: number, userId: string, eventTime: number): void {
    const digest = hash('sha256', `${userId}\0${eventTime}`, 'binary');
    const at = row * this.rows.stride + SESSION_ID;
    this.data[at] = wordAt(digest, 0);
    this.data[at + 1] = wordAt(digest, 4);
  }

  /** The open session's id: 16 hex digits. */
  sessionIdOf(row: number): string {
    const at = row * this.rows.stride + SESSION_ID;
    return hexOf(this.data[at]) + hexOf(this.data[at + 1]);
  }

  /** Calls back with every locale id that a row holds, more than once if several do. */
  eachLocaleId(mark: (id: number) => void): void {
    const { data } = this;
    const { stride, size } = this.rows;
    for (let row = 0; row < size * stride; row += stride) {
      if (this.localePair.timeOf(row, 0) > 0) mark(data[row + LOCALES]);
      if (this.localePair.timeOf(row, 1) > 0) mark(data[row + LOCALES + 1]);
    }
  }

  columns(): Columns {
    return { ...this.rows.columns(), ...this.active.columns() };
  }

  scalars(): Scalars {
    return { ...this.rows.scalars(), ...this.active.scalars(), sessionsStarted: this.sessionsStarted };
  }

  restore(columns: Columns, scalars: Scalars): void {
    this.rows.restore(columns, scalars);
    this.active.restore(columns, scalars);
    this.sessionsStarted = scalar(scalars, 'sessionsStarted');
  }
}

const wordAt = (digest: string, at: number): number =>
  (digest.charCodeAt(at) << 24) |
  (digest.charCodeAt(at + 1) << 16) |
  (digest.charCodeAt(at + 2) << 8) |
  digest.charCodeAt(at + 3);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const hexOf = (word: number): string =>
  HEX[word >>> 24] + HEX[(word >>> 16) & 0xff] + HEX[(word >>> 8) & 0xff] + HEX[word & 0xff];
