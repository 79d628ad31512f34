import type { AnalyticsSettings } from '../config/analytics.settings.js';
import type { Login } from '../pipeline/login.js';
import type { ImageColumn } from './state-image.js';
import { DedupeTable } from './tables/dedupe-table.js';
import { KeyHash } from './tables/key-hash.js';
import type { StoredPart } from './tables/stored-part.js';

const PART = 'duplicates';

/** Finds logins whose value is identical to that of one that was processed, at another position and about the same arrival. */
export class Duplicates {
  private readonly table: DedupeTable | null;
  private readonly value: KeyHash;

  constructor({ dedupeSeconds, dedupeLimit }: AnalyticsSettings, key: readonly [number, number]) {
    this.table = dedupeSeconds === 0 ? null : new DedupeTable(dedupeLimit, dedupeSeconds * 1000);
    this.value = new KeyHash(key);
  }

  /** Remembers the login unless it is a duplicate. */
  isDuplicate({ raw }: Login, partition: number): boolean {
    if (this.table === null) return false;
    const { table, value } = this;
    value.ofBytes(raw.value!); // a login has a value
    const arrival = Number(raw.timestamp);
    const offset = Number(raw.offset);
    if (table.isDuplicate(value.hi, value.lo, arrival, partition, offset)) return true;
    table.remember(value.hi, value.lo, arrival, partition, offset);
    return false;
  }

  /** Values remembered now. */
  get size(): number {
    return this.table?.size ?? 0;
  }

  /** Bytes of memory that they take. */
  get bytes(): number {
    return this.table?.bytes ?? 0;
  }

  /** Null: nothing is remembered. */
  facts(): object {
    return { [PART]: this.table?.facts() ?? null };
  }

  openImage(): readonly ImageColumn[] {
    return this.table?.openImage(PART) ?? [];
  }

  closeImage(): void {
    this.table?.closeImage();
  }

  async restore(state: StoredPart): Promise<void> {
    const stored = state.optionalPart(PART);
    if (stored !== null) await this.table?.restore(stored);
  }
}
