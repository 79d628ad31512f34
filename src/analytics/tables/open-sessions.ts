import { ActiveSessions } from './active-sessions.js';
import { readSessionId, SESSION_ID_WORDS, writeSessionId } from './session-id.js';
import { scalar } from './table-state.js';
import type { Columns, Scalars, TableState } from './table-state.js';
import { fromWords, highWord, lowWord } from './time-words.js';

/** Where a session's words are, counted from its first. The first holds the high bytes of both times. */
const HIGHS = 0;
const START = 1;
const LAST = 2;
const ID = 3;
const COUNT = ID + SESSION_ID_WORDS;
const LOGINS = COUNT + 1;
export const SESSION_WORDS = LOGINS + 1;

/**
 * The open session of each user, in words of the user's row. An event within the gap of it, before its start or after its last
 * event, joins it; a later one opens the next; an earlier one changes nothing.
 */
export class OpenSessions implements TableState {
  /** Sessions of all users so far. */
  started = 0;
  private readonly active: ActiveSessions;

  constructor(
    private readonly data: Int32Array,
    private readonly gapSeconds: number,
  ) {
    this.active = new ActiveSessions(gapSeconds);
  }

  /** Users whose last event is within the gap of the greatest event time seen. */
  get activeCount(): number {
    return this.active.count;
  }

  /**
   * @param at the session's first word
   * @returns whether the event opened a session
   */
  join(at: number, time: number): boolean {
    const { data, gapSeconds } = this;
    const last = this.lastOf(at);
    if (last === 0 || time > last + gapSeconds) {
      data[at + COUNT]++;
      data[at + LOGINS] = 1;
      this.started++;
      this.setStart(at, time);
      this.setLast(at, last, time);
      return true;
    }
    const start = this.startOf(at);
    if (time >= start - gapSeconds) {
      data[at + LOGINS]++;
      if (time < start) this.setStart(at, time);
      if (time > last) this.setLast(at, last, time);
    }
    return false;
  }

  countOf(at: number): number {
    return this.data[at + COUNT];
  }

  loginsOf(at: number): number {
    return this.data[at + LOGINS];
  }

  idOf(at: number): string {
    return readSessionId(this.data, at + ID);
  }

  setId(at: number, userId: string, eventTime: number): void {
    writeSessionId(this.data, at + ID, userId, eventTime);
  }

  /** The user's row is about to be cleared. */
  forget(at: number): void {
    this.active.forget(this.lastOf(at));
  }

  private startOf(at: number): number {
    return fromWords(this.data[at + START], this.data[at + HIGHS] & 0xff);
  }

  private lastOf(at: number): number {
    return fromWords(this.data[at + LAST], (this.data[at + HIGHS] >>> 8) & 0xff);
  }

  private setStart(at: number, time: number): void {
    this.data[at + START] = lowWord(time);
    this.data[at + HIGHS] = (this.data[at + HIGHS] & 0xff00) | highWord(time);
  }

  private setLast(at: number, before: number, time: number): void {
    this.active.move(before, time);
    this.data[at + LAST] = lowWord(time);
    this.data[at + HIGHS] = (this.data[at + HIGHS] & 0xff) | (highWord(time) << 8);
  }

  columns(): Columns {
    return this.active.columns();
  }

  scalars(): Scalars {
    return { ...this.active.scalars(), sessionsStarted: this.started };
  }

  restore(columns: Columns, scalars: Scalars): void {
    this.active.restore(columns, scalars);
    this.started = scalar(scalars, 'sessionsStarted');
  }
}
