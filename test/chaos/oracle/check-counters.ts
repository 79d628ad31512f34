import type { Input } from './input.js';
import { inOrder, placeOf } from './input.js';
import type { Outcome } from './outcomes.js';
import type { Totals } from './totals.js';

const COUNTERS = [
  ['total_logins_for_version', 'app_version', 'app_version_counts'],
  ['total_logins_from_locale', 'locale', 'locale_counts'],
] as const;

/**
 * The counters over all partitions: however these interleave, the records of one key have the numbers from 1 upwards, each
 * once, and within a partition they rise.
 */
export function checkCounters(outcomes: ReadonlyMap<Input, Outcome>): string[] {
  const processed = [...outcomes]
    .filter(([, { kind }]) => kind === 'processed')
    .sort(([a], [b]) => inOrder(a, b));
  return COUNTERS.flatMap(([counter, key]) => {
    const faults: string[] = [];
    const numbers = new Map<unknown, Set<number>>();
    const last = new Map<string, number>();
    for (const [input, { record }] of processed) {
      const [value, number] = [record.json[key], record.json[counter] as number];
      const seen = numbers.get(value) ?? new Set<number>();
      numbers.set(value, seen);
      if (seen.has(number))
        faults.push(`${placeOf(input)}: ${counter} of ${String(value)} is ${number} once more`);
      seen.add(number);
      const run = `${input.life} ${input.partition} ${String(value)}`;
      if (number <= (last.get(run) ?? 0))
        faults.push(
          `${placeOf(input)}: ${counter} of ${String(value)} goes from ${last.get(run)!} to ${number}`,
        );
      last.set(run, number);
    }
    for (const [value, seen] of numbers) {
      const greatest = Math.max(...seen);
      if (greatest !== seen.size)
        faults.push(`${counter} of ${String(value)} goes up to ${greatest} in ${seen.size} records`);
    }
    return faults;
  });
}

/**
 * The counters when state was counted again on the way: numbers may come twice, and go back, but the greatest one of each key is what
 * there is of it.
 */
export function checkLastCounters(outcomes: ReadonlyMap<Input, Outcome>, totals: Totals): string[] {
  return COUNTERS.flatMap(([counter, key, total]) => {
    const greatest: Record<string, number> = {};
    for (const { kind, record } of outcomes.values()) {
      if (kind !== 'processed') continue;
      const value = record.json[key] as string;
      greatest[value] = Math.max(greatest[value] ?? 0, record.json[counter] as number);
    }
    return Object.entries(totals[total]).flatMap(([value, expected]) =>
      greatest[value] === expected
        ? []
        : [`${counter} of ${value} goes up to ${greatest[value]}, not to ${expected}`],
    );
  });
}
