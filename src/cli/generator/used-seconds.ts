interface Gap {
  readonly low: number;
  high: number;
}

const MOST_GAPS = 16;

/**
 * The event seconds that one user has used. No second is given out twice, so no two logins have the same bytes by
 * accident, at any rate: whatever is identical was redelivered on purpose, and duplicates can be counted.
 *
 * Remembered are the newest free gaps between used seconds. All else from `bottom` to `high` counts as used.
 */
export class UsedSeconds {
  private high = -Infinity;
  private bottom = Infinity;
  private readonly gaps: Gap[] = [];

  /**
   * The wanted second, or a free one near it that is not later than the newest. A user with more logins than seconds
   * has only the past before the first login left.
   */
  take(wanted: number): number {
    if (wanted > this.high) return this.advance(wanted);
    return this.takeFromGap(wanted) ?? (this.bottom = Math.min(wanted, this.bottom - 1));
  }

  private advance(second: number): number {
    if (second - 1 > this.high && this.high > 0) this.gaps.push({ low: this.high + 1, high: second - 1 });
    if (this.gaps.length > MOST_GAPS) this.gaps.shift();
    this.bottom = Math.min(this.bottom, second);
    return (this.high = second);
  }

  private takeFromGap(wanted: number): number | null {
    if (this.gaps.length === 0) return null;
    const index = Math.max(
      this.gaps.findLastIndex((gap) => gap.low <= wanted),
      0,
    );
    const gap = this.gaps[index];
    const second = gap.low <= wanted ? Math.min(wanted, gap.high) : gap.high;
    gap.high = second - 1;
    if (gap.high < gap.low) this.gaps.splice(index, 1);
    return second;
  }
}
