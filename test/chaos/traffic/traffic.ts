import { Random } from '../../../src/cli/generator/random.js';
import { spoil } from './bad-values.js';
import type { ChaosRecord } from './chaos-record.js';
import { Household } from './household.js';
import type { ChaosLogin } from './household.js';
import { ARRIVAL_STEP_MS } from './settings.js';

const HOUSEHOLDS = 24;
/** Values that may come again: some of them only when it is too late to be a duplicate. */
const RECENT = 400;
/** What a service has to remember through the faults is asked for at the end; copies then have to be in time. */
const LATEST = 40;

type Content = Pick<ChaosRecord, 'partition' | 'value'>;

/**
 * Seeded traffic with everything that matters: users with several addresses, locales and devices, late events, copies in the
 * same partition and in others, messages that are filtered, and every kind of fault. The same seed gives the same messages,
 * but for the times, which go by `start`.
 */
export class Traffic {
  private readonly random: Random;
  private readonly households: Household[][] = [];
  private readonly recent: (Buffer | null)[][] = [];
  /** What follows next, before anything else is thought of. */
  private readonly pending: Content[] = [];
  private made = 0;

  /** @param start arrival of the first message, in milliseconds */
  constructor(
    seed: number,
    partitions: number,
    private readonly start: number,
  ) {
    this.random = Random.fromSeed(seed, 'chaos traffic');
    for (let partition = 0; partition < partitions; partition++) this.addPartition();
  }

  get partitions(): number {
    return this.households.length;
  }

  /** From now on there is traffic for one more, with users of its own. */
  addPartition(): void {
    const partition = this.partitions;
    const named = (_: unknown, index: number) => new Household(`${partition}-${index}`);
    this.households.push(Array.from({ length: HOUSEHOLDS }, named));
    this.recent.push([]);
  }

  next(): ChaosRecord {
    return this.place(this.pending.shift() ?? this.invent());
  }

  /** Asks for everything that is remembered: a login of every user, and copies of what came last. */
  *everybody(): Generator<ChaosRecord> {
    for (const content of this.pending.splice(0)) yield this.place(content);
    for (const [partition, households] of this.households.entries()) {
      for (const value of this.recent[partition].slice(-LATEST)) yield this.place({ partition, value });
      for (const household of households)
        for (const login of household.everybody(this.random, this.seconds))
          yield this.place({ partition, value: Buffer.from(JSON.stringify(login)) });
    }
  }

  private get seconds(): number {
    return Math.floor((this.start + this.made * ARRIVAL_STEP_MS) / 1000);
  }

  private invent(): Content {
    const { random } = this;
    const partition = random.below(this.partitions);
    const draw = random.fraction();
    if (draw < 0.02) return this.wanderer(partition);
    if (draw < 0.1 && this.recent[partition].length > 0)
      return { partition, value: random.oneOf(this.recent[partition]) };
    const value = this.valueOf(random.oneOf(this.households[partition]));
    this.remember(partition, value);
    return { partition, value };
  }

  private valueOf(household: Household): Buffer | null {
    const { random } = this;
    const draw = random.fraction();
    const late = draw < 0.1 ? random.below(draw < 0.02 ? 200 : 60) : random.below(3);
    const login = household.login(random, this.seconds - late);
    if (random.chance(0.08)) return spoil(login, random);
    return Buffer.from(JSON.stringify(random.chance(0.06) ? { ...login, device_type: 'web' } : login));
  }

  /** A user who is seen once, in a message that comes two or three times at once, in any partitions. */
  private wanderer(partition: number): Content {
    const { random } = this;
    const login: ChaosLogin = new Household(`wandering-${this.made}`, 1, 1).login(random, this.seconds);
    const value = Buffer.from(JSON.stringify(login));
    for (let copies = random.between(1, 2); copies > 0; copies--)
      this.pending.push({ partition: random.below(this.partitions), value });
    return { partition, value };
  }

  private remember(partition: number, value: Buffer | null): void {
    const recent = this.recent[partition];
    recent.push(value);
    if (recent.length > RECENT) recent.shift();
  }

  private place({ partition, value }: Content): ChaosRecord {
    const id = this.made++;
    const timestamp = this.start + id * ARRIVAL_STEP_MS;
    const key = id % 10 === 0 ? null : Buffer.from(`key ${id}`);
    return { id, partition, key, value, timestamp };
  }
}
