import { createHash } from 'node:crypto';
import type { Columns, Scalars, TableState } from './table-state.js';

/** What a checkpoint would read back: bytes of their own, at an odd place, and numbers through JSON. */
export function savedState(table: TableState): [Columns, Scalars] {
  const columns = Object.entries(table.columns()).map(([name, { buffer, byteOffset, byteLength }]) => {
    const copy = new Uint8Array(byteLength + 1);
    copy.set(new Uint8Array(buffer, byteOffset, byteLength), 1);
    return [name, copy.subarray(1)] as const;
  });
  return [Object.fromEntries(columns), JSON.parse(JSON.stringify(table.scalars()))];
}

/** The two keys with the greatest times, out of all that ever were. */
export class PlainPair<Key> {
  private readonly times = new Map<Key, number>();

  constructor(
    private readonly window: number,
    private readonly isSmaller: (a: Key, b: Key) => boolean,
  ) {}

  /** @returns how many others lie within the window */
  see(key: Key, time: number): number {
    const others = this.remembered().filter(
      ([other, last]) => other !== key && (this.window === 0 || Math.abs(last - time) <= this.window),
    );
    this.times.set(key, Math.max(time, this.times.get(key) ?? 0));
    return others.length;
  }

  remembered(): [Key, number][] {
    return [...this.times]
      .sort(([a, timeA], [b, timeB]) => timeB - timeA || (this.isSmaller(a, b) ? -1 : 1))
      .slice(0, 2);
  }
}

/** Second chance, as textbooks have it: a ring of pages with a mark each, and a hand. */
export class PlainClock<Key> {
  readonly pages: { key: Key; used: boolean }[] = [];
  private hand = 0;

  constructor(private readonly capacity: number) {}

  /** @returns the key that had to go, if one had to */
  use(key: Key): Key | undefined {
    const page = this.pages.find((other) => other.key === key);
    if (page !== undefined) {
      page.used = true;
      return undefined;
    }
    if (this.pages.length < this.capacity) {
      this.pages.push({ key, used: true });
      return undefined;
    }
    while (this.pages[this.hand].used) {
      this.pages[this.hand].used = false;
      this.hand = (this.hand + 1) % this.capacity;
    }
    const { key: victim } = this.pages[this.hand];
    this.pages[this.hand] = { key, used: true };
    this.hand = (this.hand + 1) % this.capacity;
    return victim;
  }
}

interface PlainSession {
  readonly id: string;
  readonly number: number;
  start: number;
  last: number;
  logins: number;
}

interface PlainUser {
  readonly ips: PlainPair<bigint>;
  readonly locales: PlainPair<string>;
  session?: PlainSession;
}

/** What a login says about its user, computed plainly. */
export class PlainUsers {
  evictions = 0;
  started = 0;
  private greatest = 0;
  private readonly users = new Map<string, PlainUser>();
  private readonly clock: PlainClock<string>;

  constructor(
    capacity: number,
    private readonly window: number,
    private readonly gap: number,
  ) {
    this.clock = new PlainClock(capacity);
  }

  login(userId: string, ip: bigint, locale: string, time: number) {
    const user = this.rowOf(userId);
    this.greatest = Math.max(this.greatest, time);
    const otherIps = user.ips.see(ip, time);
    const otherLocales = user.locales.see(locale, time);
    const open = user.session;
    let sessionStarted = false;
    if (open === undefined || time > open.last + this.gap) {
      sessionStarted = true;
      this.started++;
      const id = createHash('sha256').update(userId).update('\0').update(String(time)).digest('hex');
      const number = (open?.number ?? 0) + 1;
      user.session = { id: id.slice(0, 16), number, start: time, last: time, logins: 1 };
    } else if (time >= open.start - this.gap) {
      open.start = Math.min(open.start, time);
      open.last = Math.max(open.last, time);
      open.logins++;
    }
    const { id, number, logins } = user.session!;
    return {
      otherIps,
      otherLocales,
      sessionStarted,
      sessionId: id,
      sessionCount: number,
      sessionLogins: logins,
      active: [...this.users.values()].filter(({ session }) => session!.last >= this.greatest - this.gap)
        .length,
      size: this.users.size,
      evictions: this.evictions,
      sessionsStarted: this.started,
    };
  }

  private rowOf(userId: string): PlainUser {
    const victim = this.clock.use(userId);
    if (victim !== undefined) {
      this.users.delete(victim);
      this.evictions++;
    }
    const user = this.users.get(userId) ?? {
      ips: new PlainPair<bigint>(this.window, (a, b) => a < b),
      locales: new PlainPair<string>(this.window, (a, b) => a < b),
    };
    this.users.set(userId, user);
    return user;
  }
}

interface PlainRecord {
  readonly value: string;
  readonly arrival: number;
  readonly partition: number;
  readonly offset: number;
}

/** The last records, searched one by one. */
export class PlainDedupe {
  records: readonly PlainRecord[] = [];

  constructor(
    private readonly limit: number,
    private readonly window: number,
  ) {}

  isDuplicate({ value, arrival, partition, offset }: PlainRecord): boolean {
    return this.records.some(
      (other) =>
        other.value === value &&
        Math.abs(other.arrival - arrival) <= this.window &&
        (other.partition !== partition || other.offset !== offset),
    );
  }

  remember(record: PlainRecord): void {
    this.records = [...this.records, record].slice(-this.limit);
  }
}
