import type { Random } from './random.js';

/** Makes a draw from values with weights, which need not add up to anything. */
export function weighted<T>(
  entries: readonly (readonly [value: T, weight: number])[],
): (random: Random) => T {
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
  const last = entries.length - 1;
  return (random) => {
    let rest = random.fraction() * total;
    let index = 0;
    while (index < last && (rest -= entries[index][1]) >= 0) index++;
    return entries[index][0];
  };
}
