import { grouped } from '../support/quantities.js';
import { table } from '../support/table.js';
import { SKIP_REASONS } from './step.js';
import type { SkipReason, Step } from './step.js';
import type { Verdict } from './verdict.js';

/** What has become of the selected dead letters. */
export class Account {
  sent = 0;
  private readonly skips = new Map<SkipReason, number>();
  private readonly outcomes = new Map<Verdict['outcome'], number>();

  get skipped(): number {
    return [...this.skips.values()].reduce((sum, count) => sum + count, 0);
  }

  add(step: Step, verdict: Verdict | null): void {
    if (step.action === 'skip') this.skips.set(step.reason, (this.skips.get(step.reason) ?? 0) + 1);
    else this.sent++;
    if (verdict !== null) this.outcomes.set(verdict.outcome, (this.outcomes.get(verdict.outcome) ?? 0) + 1);
  }

  /** Lines, each ending with a newline. */
  text(isDry: boolean): string {
    const { sent, skipped } = this;
    const done = isDry ? 'would be sent' : 'sent';
    const outcomes = [...this.outcomes].map(([outcome, count]) => `${grouped(count)} ${outcome}`);
    const foretold = outcomes.length === 0 ? '' : ` (${outcomes.sort().join(', ')})`;
    const first = `${grouped(sent + skipped)} selected: ${grouped(sent)} ${done}${foretold}, ${grouped(skipped)} skipped.\n`;
    const rows = [...this.skips].map(([reason, count]) => [
      `  ${grouped(count)}`,
      reason,
      SKIP_REASONS[reason],
    ]);
    return rows.length === 0
      ? first
      : first + table([{ title: '', align: 'right' }, { title: '' }, { title: '' }], rows);
  }
}
