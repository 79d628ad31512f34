/**
 * How many users were active within the gap of the greatest event time seen: users by the second of their last event, in a ring
 * that is as long as the gap. A move costs nothing but two counts; when the greatest time advances, as many seconds leave the
 * ring as it advances by, at most all of them.
 */
export class ActiveSessions {
  /** Users whose last event time is at least the greatest one seen minus the gap. */
  count = 0;
  /** Greatest event time seen; 0: none yet. */
  greatest = 0;
  private readonly users: Int32Array;
  /** Where the users of the greatest time are. Those of a second earlier are one place before. */
  private head = 0;

  /** @param gapSeconds at most 2^24 */
  constructor(private readonly gapSeconds: number) {
    if (!Number.isInteger(gapSeconds) || gapSeconds < 0 || gapSeconds > 2 ** 24) {
      throw new RangeError(`the session gap must be from 0 to ${2 ** 24} seconds, and is ${gapSeconds}`);
    }
    this.users = new Int32Array(gapSeconds + 1);
  }

  /** A user's last event was at `before` (0: there was none) and is now at `after`. */
  move(before: number, after: number): void {
    if (after > this.greatest) this.advance(after);
    if (before > 0) this.add(before, -1);
    this.add(after, 1);
  }

  /** A user whose last event was at `last` (0: there was none) is forgotten. */
  forget(last: number): void {
    if (last > 0) this.add(last, -1);
  }

  private add(time: number, users: number): void {
    const age = this.greatest - time;
    if (age > this.gapSeconds) return;
    const place = this.head - age;
    this.users[place < 0 ? place + this.users.length : place] += users;
    this.count += users;
  }

  private advance(time: number): void {
    const steps = time - this.greatest;
    this.greatest = time;
    const { users } = this;
    if (steps >= users.length) {
      users.fill(0);
      this.count = 0;
      return;
    }
    for (let step = 0; step < steps; step++) {
      this.head = this.head + 1 === users.length ? 0 : this.head + 1;
      this.count -= users[this.head];
      users[this.head] = 0;
    }
  }

  /**
   * Begins anew with these times of last events. They may have been seen with another gap.
   *
   * @throws RangeError when one of them is greater than the greatest
   */
  restore(greatest: number, lasts: Iterable<number>): void {
    this.greatest = greatest;
    this.head = 0;
    this.count = 0;
    this.users.fill(0);
    for (const last of lasts) {
      if (last > greatest)
        throw new RangeError(`a last event at ${last} is behind the greatest time, ${greatest}`);
      if (last > 0) this.add(last, 1);
    }
  }
}
