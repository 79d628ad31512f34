import type { IpKey } from './ip-key.js';
import type { Hash64 } from './key-hash.js';
import type { LocaleIds } from './locale-ids.js';
import { OpenSessions, SESSION_WORDS } from './open-sessions.js';
import { RecentPair } from './recent-pair.js';
import { KEY_WORDS, RowTable } from './row-table.js';
import type { Columns, Scalars, TableState } from './table-state.js';

/** Where a user's words are in the row: 96 bytes with the key, so two cache lines. Both pairs share a word of high bytes. */
const IPS = KEY_WORDS;
const IP_TIMES = IPS + 8;
const LOCALES = IP_TIMES + 2;
const LOCALE_TIMES = LOCALES + 2;
const PAIR_HIGHS = LOCALE_TIMES + 2;
const SESSION = PAIR_HIGHS + 1;
const OWNER_WORDS = SESSION + SESSION_WORDS - KEY_WORDS;

const IP_PAIR = { keys: IPS, keyWords: 4, times: IP_TIMES, high: PAIR_HIGHS, highShift: 0 } as const;
const LOCALE_PAIR = {
  keys: LOCALES,
  keyWords: 1,
  times: LOCALE_TIMES,
  high: PAIR_HIGHS,
  highShift: 16,
} as const;

/**
 * What is remembered of each user: two addresses, two locales, the open session. {@link login} applies one event and
 * leaves what it says about it in the fields.
 */
export class UsersTable implements TableState {
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
  private readonly ips: RecentPair;
  private readonly locales: RecentPair;
  private readonly localeKey = new Int32Array(1);
  private readonly sessions: OpenSessions;

  /**
   * @param windowSeconds 0: as long as the row is held
   * @param locales orders locales of equal time
   */
  constructor(
    capacity: number,
    windowSeconds: number,
    sessionGapSeconds: number,
    locales: Pick<LocaleIds, 'compare'>,
  ) {
    this.rows = new RowTable(capacity, (row) => this.sessions.forget(this.sessionAt(row)), OWNER_WORDS);
    const { data } = this.rows;
    this.ips = new RecentPair(data, IP_PAIR, windowSeconds);
    this.locales = new RecentPair(data, LOCALE_PAIR, windowSeconds, (a, b) => locales.compare(a, b));
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
    return this.sessions.activeCount;
  }

  /**
   * @param localeId of {@link LocaleIds}
   * @param eventTime in seconds, from 1 to 2^40 - 1
   */
  login(user: Hash64, ip: IpKey, localeId: number, eventTime: number): void {
    this.row = this.rows.findOrAdd(user.hi, user.lo);
    const row = this.row * this.rows.stride;
    this.localeKey[0] = localeId;
    this.otherIps = this.ips.see(row, ip.words, eventTime);
    this.otherLocales = this.locales.see(row, this.localeKey, eventTime);
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
    const { data, stride, size } = this.rows;
    for (let row = 0; row < size * stride; row += stride) {
      if (this.locales.timeOf(row, 0) > 0) mark(data[row + LOCALES]);
      if (this.locales.timeOf(row, 1) > 0) mark(data[row + LOCALES + 1]);
    }
  }

  private sessionAt(row: number): number {
    return row * this.rows.stride + SESSION;
  }

  columns(): Columns {
    return { ...this.rows.columns(), ...this.sessions.columns() };
  }

  scalars(): Scalars {
    return { ...this.rows.scalars(), ...this.sessions.scalars() };
  }

  restore(columns: Columns, scalars: Scalars): void {
    this.rows.restore(columns, scalars);
    this.sessions.restore(columns, scalars);
  }
}
