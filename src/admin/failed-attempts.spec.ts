import { beforeEach, describe, expect, it } from '@jest/globals';
import { FailedAttempts } from './failed-attempts.js';

describe('failed attempts', () => {
  let attempts: FailedAttempts;
  const fail = (address: string, times: number, now = 0) => {
    for (let i = 0; i < times; i++) attempts.failed(address, now);
  };
  beforeEach(() => void (attempts = new FailedAttempts()));

  it('are forgiven up to ten a minute', () => {
    fail('a', 9);
    expect(attempts.waitSeconds('a', 1_000)).toBe(0);
    fail('a', 1);
    expect(attempts.waitSeconds('a', 1_000)).toBe(59);
    expect(attempts.waitSeconds('a', 59_999)).toBe(1);
  });

  it('are forgotten after a minute', () => {
    fail('a', 10);
    expect(attempts.waitSeconds('a', 60_000)).toBe(0);
    fail('a', 1, 60_000);
    expect(attempts.waitSeconds('a', 60_000)).toBe(0);
  });

  it('of one address do not hold up another', () => {
    fail('a', 10);
    expect(attempts.waitSeconds('b', 0)).toBe(0);
  });

  it('from too many addresses are counted together', () => {
    for (let i = 0; i < 1_000; i++) fail(`address ${i}`, 1);
    for (let i = 0; i < 10; i++) fail(`another ${i}`, 1);
    expect(attempts.waitSeconds('yet another', 0)).toBe(60);
    expect(attempts.waitSeconds('address 7', 0)).toBe(0);
    expect(attempts.waitSeconds('yet another', 60_000)).toBe(0);
  });
});
