import type { GeneratedRecord } from '../generator/generated-record.js';
import { grouped } from '../support/quantities.js';
import { table } from '../support/table.js';

const GOOD = 'valid';
const REDELIVERED = 'redelivered';

/** What was sent, by kind. */
export class Totals {
  sent = 0;
  private readonly kinds = new Map<string, number>();

  add(records: readonly GeneratedRecord[]): void {
    this.sent += records.length;
    for (const { kind } of records) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }

  /** For people: good, redelivered and bad ones, and under these each fault, most frequent first. */
  text(): string {
    const good = this.of(GOOD);
    const redelivered = this.of(REDELIVERED);
    const faults = [...this.kinds]
      .filter(([kind]) => kind !== GOOD && kind !== REDELIVERED)
      .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    const rows = [
      ['good', good],
      ['redelivered', redelivered],
      ['bad', this.sent - good - redelivered],
      ...faults.map(([kind, count]) => [`  ${kind}`, count] as const),
    ] as const;
    return table(
      [{ title: 'kind' }, { title: 'records', align: 'right' }],
      rows.map(([kind, count]) => [kind, grouped(count)]),
    );
  }

  private of(kind: string): number {
    return this.kinds.get(kind) ?? 0;
  }
}
