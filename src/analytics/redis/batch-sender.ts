import type { Outcome } from '../../pipeline/outcome.js';
import { markOf } from '../record-mark.js';
import type { BatchPosition, StateFigures } from '../state-store.js';
import { FactsEncoder, offsetOf } from './facts-encoder.js';
import { textOfMark } from './mark-text.js';
import { readEntry, readKept } from './replies.js';
import type { AppliedEntry, Reply } from './replies.js';
import type { SharedState } from './shared-state.js';
import type { SharedSummaries } from './shared-summaries.js';
import { PartlyApplied, ResultsGone, StateBehind } from './store-errors.js';

/** Records of one call: Redis does nothing else meanwhile. */
export const MOST_RECORDS = 4_096;

export interface SendOptions {
  /** They are committed already: they are counted, and nothing is kept of them. */
  readonly recount: boolean;
  readonly signal?: AbortSignal;
}

/** Lets Redis apply batches. */
export class BatchSender {
  static readonly NO_FIGURES: StateFigures = figuresOf(new Array<number>(8).fill(0));
  /** How full the state was at the last batch. */
  figures = BatchSender.NO_FIGURES;
  private encoder: FactsEncoder | null = null;
  private encoderKey = '';

  constructor(
    private readonly state: SharedState,
    private readonly summaries: SharedSummaries,
    private readonly dedupeMs: number,
  ) {}

  /**
   * @param outcomes at most {@link MOST_RECORDS}
   * @returns what became of the records, and perhaps of others beside them, in the order of offsets
   * @throws StateBehind, PartlyApplied, ResultsGone; the signal's reason
   */
  async send(
    position: BatchPosition,
    outcomes: readonly Outcome[],
    { recount, signal }: SendOptions,
  ): Promise<AppliedEntry[]> {
    if (outcomes.length === 0) return [];
    const { partition, claimed, now, offsets } = position;
    const first = offsetOf(outcomes[0]);
    // What comes before a batch that is counted again has to be there: Redis may have lost state once more meanwhile.
    const committed = recount ? offsets.first : (claimed ?? -1);
    const head = {
      ...{ partition, first, last: offsets.end, records: outcomes.length, now: Math.floor(now / 1000) },
      ...{ recount, claimed: committed, mark: textOfMark(markOf(outcomes[outcomes.length - 1])) },
    };
    let facts = this.encode(partition, outcomes);
    let { key } = this.state;
    const args = () => {
      if (key !== this.state.key) facts = this.encode(partition, outcomes);
      key = this.state.key;
      const { bytes, names, userIds, deviceIds } = facts;
      return [this.state.layout.configuration, bytes, JSON.stringify(names), userIds, deviceIds];
    };
    const call = () => this.state.run('apply', partition, head, args, signal);
    const reply = await this.whenOpen(call, signal);
    const [published, figures, kept, made] = judge(reply, partition, first);
    this.state.resume(published as number);
    this.figures = figuresOf(figures as number[]);
    const { stride } = this.state.layout;
    const entries = (kept as readonly (readonly Reply[])[]).map((entry) => readKept(entry, stride));
    return made === null ? entries : [...entries, readEntry(made as readonly Reply[], facts)];
  }

  /** Nothing new is applied while a summary by time is taken and published. */
  private async whenOpen(
    call: () => Promise<readonly Reply[]>,
    signal: AbortSignal | undefined,
  ): Promise<readonly Reply[]> {
    for (;;) {
      const reply = await call();
      if (String(reply[0]) !== 'closed') return reply;
      await this.summaries.whenOpen(signal);
    }
  }

  private encode(partition: number, outcomes: readonly Outcome[]) {
    const { key, layout } = this.state;
    if (this.encoder === null || key !== this.encoderKey) {
      this.encoder = new FactsEncoder(layout, this.state.hashKey, this.dedupeMs);
      this.encoderKey = key;
    }
    return this.encoder.encode(partition, outcomes);
  }
}

function judge([status, ...reply]: readonly Reply[], partition: number, first: number): readonly Reply[] {
  const [fence, keptFrom] = reply as number[];
  if (String(status) === 'behind') throw new StateBehind(partition, fence < 0 ? null : fence);
  if (String(status) === 'partly') throw new PartlyApplied(partition, fence);
  if (String(status) === 'lost') throw new ResultsGone(partition, first, keptFrom, fence);
  return reply;
}

function figuresOf([users, devices, duplicates, ...rest]: readonly number[]): StateFigures {
  const [usersEvicted, devicesEvicted, versions, locales, types] = rest;
  return {
    rows: { users, devices, duplicates },
    evictions: { users: usersEvicted, devices: devicesEvicted },
    overflow: { app_version: versions, locale: locales, device_type: types, remembered_locale: 0 },
  };
}
