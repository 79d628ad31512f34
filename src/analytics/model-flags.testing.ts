import { createHash } from 'node:crypto';
import { ipNumber } from './model-login.testing.js';
import type { ModelLogin } from './model-login.testing.js';

/** Whether the first of two keys comes first where their times are equal. */
export type IsSmaller<Key> = (a: Key, b: Key) => boolean;

interface Session {
  readonly id: string;
  /** 1 for the user's first. */
  readonly number: number;
  start: number;
  last: number;
  logins: number;
}

/** What a login says of its user and its device, worked out anew from all the logins before it. */
export class ModelFlags {
  readonly flaggedDevices = new Set<string>();
  /** Of the last login: what is only there for processors. */
  windows = { ips_in_window: 0, users_in_window: 0 };
  started = 0;
  private readonly byUser = new Map<string, ModelLogin[]>();
  private readonly byDevice = new Map<string, ModelLogin[]>();
  private readonly sessions = new Map<string, Session>();
  private greatest = 0;

  constructor(
    private readonly windowSeconds: number,
    private readonly gapSeconds: number,
    private readonly isSmallerUser: IsSmaller<string>,
  ) {}

  apply(login: ModelLogin) {
    const ofUser = listOf(this.byUser, login.user_id);
    const ofDevice = listOf(this.byDevice, login.device_id);
    const ips = this.countOthers(
      ofUser,
      login,
      ({ ip }) => ipNumber(ip),
      (a, b) => a < b,
    );
    const locales = this.countOthers(
      ofUser,
      login,
      ({ locale }) => locale,
      (a, b) => a < b,
    );
    const users = this.countOthers(ofDevice, login, ({ user_id }) => user_id, this.isSmallerUser);
    const flags = {
      suspicious_login: ips > 0,
      logs_from_multiple_locations: locales > 0,
      shared_device: users > 0,
    };
    this.windows = { ips_in_window: ips + 1, users_in_window: users + 1 };
    ofUser.push(login);
    ofDevice.push(login);
    if (flags.shared_device) this.flaggedDevices.add(login.device_id);
    this.greatest = Math.max(this.greatest, login.event_time);
    const { id, number, logins } = this.join(login);
    return { ...flags, session_id: id, session_count: number, session_logins: logins };
  }

  get users(): number {
    return this.byUser.size;
  }

  get devices(): number {
    return this.byDevice.size;
  }

  get activeSessions(): number {
    return [...this.sessions.values()].filter(({ last }) => this.greatest - last <= this.gapSeconds).length;
  }

  /** Of all other keys so far the two with the greatest times count, each with its greatest time. */
  private countOthers<Key>(
    before: readonly ModelLogin[],
    login: ModelLogin,
    keyOf: (login: ModelLogin) => Key,
    isSmaller: IsSmaller<Key>,
  ): number {
    const times = new Map<Key, number>();
    for (const other of before)
      times.set(keyOf(other), Math.max(other.event_time, times.get(keyOf(other)) ?? 0));
    const remembered = [...times]
      .sort(([a, timeA], [b, timeB]) => timeB - timeA || (isSmaller(a, b) ? -1 : 1))
      .slice(0, 2);
    return remembered.filter(
      ([key, time]) =>
        key !== keyOf(login) &&
        (this.windowSeconds === 0 || Math.abs(time - login.event_time) <= this.windowSeconds),
    ).length;
  }

  private join({ user_id, event_time }: ModelLogin): Session {
    const open = this.sessions.get(user_id);
    if (open === undefined || event_time > open.last + this.gapSeconds) {
      const id = createHash('sha256').update(`${user_id}\0${event_time}`).digest('hex').slice(0, 16);
      const number = (open?.number ?? 0) + 1;
      const session = { id, number, start: event_time, last: event_time, logins: 1 };
      this.sessions.set(user_id, session);
      this.started++;
      return session;
    }
    if (event_time >= open.start - this.gapSeconds) {
      open.start = Math.min(open.start, event_time);
      open.last = Math.max(open.last, event_time);
      open.logins++;
    }
    return open;
  }
}

function listOf<Key, Item>(lists: Map<Key, Item[]>, key: Key): Item[] {
  let list = lists.get(key);
  if (list === undefined) lists.set(key, (list = []));
  return list;
}
