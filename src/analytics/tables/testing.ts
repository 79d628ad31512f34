import { createHash } from 'node:crypto';
import type { ImageColumn, ImageFacts, ImageSource } from '../state-image.js';
import { StoredPart } from './stored-part.js';

/** An image as a file keeps it: facts through JSON, bytes of their own. */
export class WrittenImage implements ImageSource {
  readonly facts: ImageFacts;
  readonly columns = new Map<string, Buffer>();

  /** @param between runs before each part that is taken */
  constructor(facts: object, columns: readonly ImageColumn[], between: () => void = () => {}) {
    this.facts = JSON.parse(JSON.stringify(facts)) as ImageFacts;
    for (const column of columns) {
      const parts: Buffer[] = [];
      for (;;) {
        between();
        const part = column.next();
        if (part === null) break;
        parts.push(Buffer.from(part));
      }
      const bytes = Buffer.concat(parts);
      if (bytes.length !== column.bytes)
        throw new Error(`${column.name} has ${bytes.length} bytes, not ${column.bytes}`);
      this.columns.set(column.name, bytes);
    }
  }

  bytesOf(column: string): number | null {
    return this.columns.get(column)?.length ?? null;
  }

  async read(column: string, target: Uint8Array): Promise<void> {
    const bytes = this.columns.get(column)!;
    if (bytes.length !== target.length) throw new Error(`${column} is read into ${target.length} bytes`);
    target.set(bytes);
  }
}

/** What a table restores itself from. */
export const storedPart = (
  part: string,
  facts: object,
  columns: readonly ImageColumn[] = [],
  between?: () => void,
): StoredPart => StoredPart.all(new WrittenImage({ [part]: facts }, columns, between)).part(part);

interface ImagedTable {
  facts(): object;
  openImage(part?: never): readonly ImageColumn[];
  closeImage(): void;
}

/** Everything that a table has, as its image says. */
export function stateOf(part: string, table: ImagedTable): StoredPart {
  const stored = storedPart(part, table.facts(), table.openImage());
  table.closeImage();
  return stored;
}

/** The two keys with the greatest times, out of all that ever were since one was forgotten. */
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

  forget(key: Key): void {
    const remembered = this.remembered().filter(([other]) => other !== key);
    // What had to give way does not come back.
    this.times.clear();
    for (const [other, time] of remembered) this.times.set(other, time);
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

  /** The last page moves to the place of the one that goes. */
  remove(key: Key): void {
    const index = this.pages.findIndex((page) => page.key === key);
    const last = this.pages.pop();
    if (index < 0) this.pages.push(...(last === undefined ? [] : [last]));
    else if (index < this.pages.length) this.pages[index] = last!;
  }

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

  /** @returns whether there was anything */
  forget(userId: string): boolean {
    this.clock.remove(userId);
    return this.users.delete(userId);
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
