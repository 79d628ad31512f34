import { StateModel } from '../../../src/analytics/model.testing.js';
import { asSeen } from './expect-all.js';
import type { Expectation } from './expectation.js';
import { inOrder } from './input.js';
import type { Input } from './input.js';
import { RULES } from '../traffic/settings.js';

/** What a summary of everything has to say, whatever the order in which partitions came. */
export function totalsOf(expectations: ReadonlyMap<Input, Expectation>) {
  const model = new StateModel({
    dedupeSeconds: 0, // which ones are duplicates is known
    windowSeconds: RULES.ANALYTICS_WINDOW_SECONDS,
    gapSeconds: RULES.SESSION_GAP_SECONDS,
    mapLimit: 1_000,
  });
  for (const [input, expectation] of [...expectations].sort(([a], [b]) => inOrder(a, b))) {
    if (expectation.outcome === 'error') model.countError(expectation.type);
    else if (expectation.outcome === 'filtered') model.countFiltered(expectation.reason);
    else if (expectation.outcome === 'processed') model.apply(asSeen({ input, judgement: expectation }));
    else if (expectation.group.inputs[0] === input)
      model.apply(asSeen({ input, judgement: expectation.group.processed }));
    else model.countFiltered('duplicate');
  }
  return model.summaries.figures();
}

export type Totals = ReturnType<typeof totalsOf>;
