import { describe, expect, it } from '@jest/globals';
import { Traffic } from './traffic.js';

const START = Date.UTC(2026, 2, 2, 8);
const values = (seed: number, count: number, start = START) => {
  const traffic = new Traffic(seed, 3, start);
  return Array.from({ length: count }, () => traffic.next());
};

describe('the traffic of chaos', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(values(1, 500)).toEqual(values(1, 500));
    expect(values(2, 500)).not.toEqual(values(1, 500));
  });

  it('gives every user and every device one partition, but for those who are seen once', () => {
    const places = new Map<string, Set<number>>();
    for (const { partition, value } of values(1, 3_000))
      for (const [id] of String(value).matchAll(/(user|device)-\d+-\d+-\d+/g))
        places.set(id, (places.get(id) ?? new Set()).add(partition));
    expect(places.size).toBeGreaterThan(200);
    expect([...places].filter(([, partitions]) => partitions.size > 1)).toEqual([]);
  });

  it('asks for every user at the end', () => {
    const traffic = new Traffic(1, 2, START);
    const asked = [...traffic.everybody()].map(({ value }) => /user-[\d-]+/.exec(String(value))![0]);
    expect(new Set(asked).size).toBe(2 * 24 * 3);
  });

  it('has messages for a partition that was added', () => {
    const traffic = new Traffic(1, 2, START);
    traffic.addPartition();
    const partitions = Array.from({ length: 100 }, () => traffic.next().partition);
    expect(new Set(partitions)).toEqual(new Set([0, 1, 2]));
  });
});
