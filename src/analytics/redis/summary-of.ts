import type { SummaryWriter, TableFigures } from '../summary/summary-writer.js';
import { windowCounts } from '../summary/summary-writer.js';
import type { Summary } from '../summary/summary.js';
import { estimateDistinct } from '../tables/estimate-distinct.js';
import type { TableReply, UniqueReply, WindowStart } from './replies.js';
import type { RunningTotals } from './running-totals.js';

/** What a summary is made of. */
export interface SharedSummaryFacts {
  readonly totals: RunningTotals;
  readonly tables: TableReply;
  readonly sequence: number;
  /** Unix seconds. */
  readonly now: number;
}

/** Where the window of the summary behind this one begins. */
export const windowAfter = ({ totals, tables, now }: SharedSummaryFacts): WindowStart => ({
  start: now,
  before: windowCounts(totals, tables.sessionsStarted),
});

export function summaryOf(
  { totals, tables, sequence, now }: SharedSummaryFacts,
  writer: SummaryWriter,
): Summary {
  const figures: TableFigures = {
    ...tables,
    uniqueUsers: distinct(tables.uniqueUsers),
    uniqueDevices: distinct(tables.uniqueDevices),
  };
  return writer.write(sequence, totals, figures, { ...totals.window, end: now });
}

/** How many there were: exactly, or within 1 %. */
export const distinct = ({ exact, histogram }: UniqueReply): number =>
  histogram === null ? exact : Math.max(exact, Math.round(estimateDistinct(histogram)));
