import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ActiveSessions } from './active-sessions.js';

/** A user's last event moves on by so much from its own last one, or, if nothing, the user is forgotten. */
const moves = fc.array(
  fc.tuple(
    fc.nat({ max: 3 }),
    fc.oneof(fc.nat({ max: 4 }), fc.constantFrom(9, 10, 11, 12, 25, 10 ** 11)),
    fc.nat({ max: 30 }),
  ),
  { maxLength: 50 },
);
const gap = fc.constantFrom(0, 1, 5, 10);

/** Applies the moves to the counter and to a plain map of last times. */
function apply(
  sessions: ActiveSessions,
  lasts: Map<number, number>,
  steps: readonly (readonly [number, number, number])[],
  check: (greatest: number) => void,
) {
  let greatest = Math.max(0, ...lasts.values());
  for (const [user, by, start] of steps) {
    const before = lasts.get(user) ?? 0;
    if (before > 0 && by === 0) {
      sessions.forget(before);
      lasts.delete(user);
    } else {
      const after = before > 0 ? before + by : start + 1;
      sessions.move(before, after);
      lasts.set(user, after);
      greatest = Math.max(greatest, after);
    }
    check(greatest);
  }
}

describe(ActiveSessions.name, () => {
  it('counts the users whose last event is within the gap of the greatest time', () => {
    fc.assert(
      fc.property(gap, moves, (seconds, steps) => {
        const sessions = new ActiveSessions(seconds);
        const lasts = new Map<number, number>();
        const expected: number[] = [];
        const actual: number[] = [];
        apply(sessions, lasts, steps, (greatest) => {
          expected.push([...lasts.values()].filter((last) => last >= greatest - seconds).length, greatest);
          actual.push(sessions.count, sessions.greatest);
        });
        expect(actual).toEqual(expected);
      }),
      { numRuns: 1_500 },
    );
  });

  it('begins with the last events that there were, of whatever gap', () => {
    fc.assert(
      fc.property(gap, gap, moves, moves, (formerGap, seconds, before, after) => {
        const former = new ActiveSessions(formerGap);
        const original = new ActiveSessions(seconds);
        const lasts = new Map<number, number>();
        apply(former, new Map(), before, () => {});
        apply(original, lasts, before, () => {});
        const restored = new ActiveSessions(seconds);
        restored.restore(former.greatest, lasts.values());
        const counts = (sessions: ActiveSessions) => {
          const seen = [sessions.count];
          apply(sessions, new Map(lasts), after, () => seen.push(sessions.count, sessions.greatest));
          return seen;
        };
        expect(counts(restored)).toEqual(counts(original));
      }),
    );
  });

  it('refuses a last event behind the greatest time', () => {
    expect(() => new ActiveSessions(5).restore(10, [9, 10, 11])).toThrow(RangeError);
  });

  it.each([-1, 0.5, 2 ** 24 + 1])('refuses a gap of %p seconds', (seconds) => {
    expect(() => new ActiveSessions(seconds)).toThrow(RangeError);
  });
});
