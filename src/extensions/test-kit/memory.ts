import { createHash } from 'node:crypto';
import { MOST_STATE_TIME, RecentValues } from '../../enrichment/state-handles.js';
import type { StateHandle } from '../../enrichment/state-handles.js';
import type { Login } from '../../pipeline/login.js';

interface Remembered {
  /** A whole number from 0 to 2^32 - 1; of no meaning to handles that remember times only. */
  readonly value: number;
  /** Unix seconds. */
  readonly time: number;
}

/** What handles say of users and devices, kept in the plainest way: the model of a state store, for specs. */
export class Memory {
  private readonly rows = new Map<StateHandle, Map<string, Remembered[]>>();

  constructor(private readonly handles: readonly StateHandle[]) {}

  /** Lets every handle say what is remembered before this login. */
  show(login: Login): void {
    for (const handle of this.handles) {
      const row = this.rowOf(handle, login);
      handle.now = timeOf(login);
      handle.size = row.length;
      row.forEach(({ time }, index) => (handle.times[index] = time));
      if (!(handle instanceof RecentValues)) continue;
      row.forEach(({ value }, index) => (handle.values[index] = value));
      handle.current = wordOf(login, handle) ?? -1;
    }
  }

  /** Remembers this login. */
  merge(login: Login): void {
    const time = timeOf(login);
    for (const handle of this.handles) {
      const value = handle instanceof RecentValues ? wordOf(login, handle) : 0;
      if (value === null) continue;
      const row = this.rowOf(handle, login);
      const known = handle instanceof RecentValues ? row.find((other) => other.value === value) : undefined;
      const others = row.filter((other) => other !== known);
      const merged = [...others, { value, time: Math.max(time, known?.time ?? 0) }]
        .sort((a, b) => b.time - a.time || a.value - b.value)
        .slice(0, handle.spec.keep);
      this.rows.get(handle)!.set(login[handle.spec.per], merged);
    }
  }

  private rowOf(handle: StateHandle, login: Login): readonly Remembered[] {
    const rows = this.rows.get(handle) ?? new Map<string, Remembered[]>();
    this.rows.set(handle, rows);
    return rows.get(login[handle.spec.per]) ?? [];
  }
}

const timeOf = ({ event_time }: Login): number => Math.min(event_time, MOST_STATE_TIME);

/** The value as it is remembered: a whole number of 32 bits is itself, true and false are 1 and 0, all else is a hash. */
function wordOf(login: Login, { spec }: RecentValues): number | null {
  const value = (login as unknown as Readonly<Record<string, unknown>>)[spec.of];
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  if (typeof value === 'number' && value >>> 0 === value) return value;
  return createHash('sha256').update(String(value)).digest().readUInt32LE();
}
