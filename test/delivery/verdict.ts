import type { ReadRecord } from '../support/kafka.js';

/** Inputs carry their number in this header, which travels on to their outcome. */
export const ID_HEADER = 'x-test-id';

export interface Verdict {
  /** Inputs without any outcome. */
  readonly lost: readonly string[];
  /** Inputs with more than one. */
  readonly twice: readonly string[];
  readonly outcomes: number;
}

export const exactlyOnce = (outcomes: number): Verdict => ({ lost: [], twice: [], outcomes });

/** Counts the outcomes of each input over all topics. */
export function judge(inputs: number, records: readonly ReadRecord[]): Verdict {
  const seen = new Map<string, number>();
  for (const { headers } of records) {
    const id = String(headers?.[ID_HEADER]);
    seen.set(id, (seen.get(id) ?? 0) + 1);
  }
  return {
    lost: Array.from({ length: inputs }, (_, id) => String(id)).filter((id) => !seen.has(id)),
    twice: [...seen].filter(([, count]) => count > 1).map(([id]) => id),
    outcomes: records.length,
  };
}
