/** Registers of the HyperLogLog, and bits of a hash behind a register's number. */
const REGISTERS = 2 ** 18;
const RANK_BITS = 64 - 18;

/**
 * How many distinct hashes a HyperLogLog has seen, by Ertl's improved estimator ("New cardinality estimation algorithms for
 * HyperLogLog sketches", 2017, algorithm 6).
 *
 * @param histogram how many registers have each value, from 0
 */
export function estimateDistinct(histogram: ArrayLike<number>): number {
  let z = REGISTERS * tau(1 - histogram[RANK_BITS + 1] / REGISTERS);
  for (let value = RANK_BITS; value >= 1; value--) z = 0.5 * (z + histogram[value]);
  z += REGISTERS * sigma(histogram[0] / REGISTERS);
  return (REGISTERS * REGISTERS) / (2 * Math.LN2 * z);
}

/** x + the sum of x^(2^k) 2^(k-1). */
function sigma(x: number): number {
  if (x === 1) return Infinity;
  let sum = x;
  for (let power = x * x, weight = 1; ; power *= power, weight += weight) {
    const before = sum;
    sum += power * weight;
    if (sum === before) return sum;
  }
}

/** A third of 1 - x - the sum of (1 - x^(2^-k))^2 2^-k. */
function tau(x: number): number {
  if (x === 0 || x === 1) return 0;
  let sum = 1 - x;
  for (let root = Math.sqrt(x), weight = 0.5; ; root = Math.sqrt(root), weight *= 0.5) {
    const before = sum;
    sum -= (1 - root) ** 2 * weight;
    if (sum === before) return sum / 3;
  }
}
