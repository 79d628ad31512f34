import { ActiveSessions } from './active-sessions.js';
import { readSessionId, SESSION_ID_WORDS, writeSessionId } from './session-id.js';

/** Where a session's words are, counted from its first. */
const START = 0;
/** Time of the user's last event, which is the greatest one: the open session always has it. */
const SESSION_LAST = 1;
const ID = 2;
const COUNT = ID + SESSION_ID_WORDS;
const LOGINS = COUNT + 1;
export const SESSION_WORDS = LOGINS + 1;

/**
 * The open session of each user, in words of the user's row. An event within the gap of it, before its start or after its last
 * event, joins it; a later one opens the next; an earlier one changes nothing.
 */
export class OpenSessions {
  /** Sessions of all users so far. */
  started = 0;
  readonly active: ActiveSessions;

  constructor(
    private readonly data: Int32Array,
    private readonly gapSeconds: number,
  ) {
    this.active = new ActiveSessions(gapSeconds);
  }

  /**
   * @param at the session's first word
   * @param time from 1 to 2^32 - 1
   * @returns whether the event opened a session
   */
  join(at: number, time: number): boolean {
    const { data, gapSeconds } = this;
    const last = this.lastOf(at);
    if (last === 0 || time > last + gapSeconds) {
      data[at + COUNT]++;
      data[at + LOGINS] = 1;
      this.started++;
      data[at + START] = time;
      this.setLast(at, last, time);
      return true;
    }
    const start = data[at + START] >>> 0;
    if (time >= start - gapSeconds) {
      data[at + LOGINS]++;
      if (time < start) data[at + START] = time;
      if (time > last) this.setLast(at, last, time);
    }
    return false;
  }

  /** Time of the last event; 0: there was none. */
  lastOf(at: number): number {
    return this.data[at + SESSION_LAST] >>> 0;
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

  private setLast(at: number, before: number, time: number): void {
    this.active.move(before, time);
    this.data[at + SESSION_LAST] = time;
  }
}
