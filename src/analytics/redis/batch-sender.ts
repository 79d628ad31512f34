import type { Outcome } from '../../pipeline/outcome.js';
import type { BatchPosition, StateFigures } from '../state-store.js';
import { FactsEncoder, offsetOf } from './facts-encoder.js';
import { readEntry, readKept } from './replies.js';
import type { AppliedEntry, Reply } from './replies.js';
import type { SharedState } from './shared-state.js';
import { ResultsGone, StateBehind } from './store-errors.js';

/** Records of one call: Redis does nothing else meanwhile. */
const MOST_RECORDS = 4_096;

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
    private readonly dedupeMs: number,
  ) {}

  /** Both halves of the key of the hashes. */
  get hashKey(): readonly [number, number] {
    const { key } = this.state;
    return [Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16)];
  }

  /**
   * Large batches go in parts. Nothing is said of any outcome before all parts are applied.
   *
   * @returns what became of the records, and perhaps of others beside them, in the order of offsets
   */
  async send(
    position: BatchPosition,
    outcomes: readonly Outcome[],
    options: SendOptions,
  ): Promise<AppliedEntry[]> {
    const entries: AppliedEntry[] = [];
    for (let start = 0; start < outcomes.length; start += MOST_RECORDS) {
      const part = outcomes.length <= MOST_RECORDS ? outcomes : outcomes.slice(start, start + MOST_RECORDS);
      const behind = start + part.length;
      const last = behind < outcomes.length ? offsetOf(outcomes[behind]) : position.offsets.end;
      for (const entry of await this.sendPart(position, part, start === 0, last, options))
        // A batch whose results are kept may be asked for by two parts.
        if (!entries.some(({ from }) => from === entry.from)) entries.push(entry);
    }
    return entries;
  }

  private async sendPart(
    { partition, claimed, now }: BatchPosition,
    outcomes: readonly Outcome[],
    isFirst: boolean,
    last: number,
    { recount, signal }: SendOptions,
  ): Promise<AppliedEntry[]> {
    const first = offsetOf(outcomes[0]);
    const committed = recount ? -1 : (claimed ?? -1);
    const head = {
      ...{ partition, first, last, records: outcomes.length, now: Math.floor(now / 1000), recount },
      // The part before this one was applied, too, or Redis has lost it.
      ...{ claimed: committed, least: recount || isFirst ? committed : first },
    };
    let facts = this.encode(partition, outcomes);
    let { key } = this.state;
    const args = () => {
      if (key !== this.state.key) facts = this.encode(partition, outcomes);
      key = this.state.key;
      const { bytes, names, userIds, deviceIds } = facts;
      return [this.state.layout.configuration, bytes, JSON.stringify(names), userIds, deviceIds];
    };
    const [status, ...reply] = await this.state.run('apply', partition, head, args, signal);
    const [fence, keptFrom] = reply as number[];
    if (String(status) === 'behind') throw new StateBehind(partition, fence < 0 ? null : fence);
    if (String(status) === 'lost') throw new ResultsGone(partition, first, keptFrom, fence);
    const [published, figures, kept, made] = reply;
    this.state.published = Math.max(this.state.published, published as number);
    this.figures = figuresOf(figures as number[]);
    const { stride } = this.state.layout;
    const entries = (kept as readonly (readonly Reply[])[]).map((entry) => readKept(entry, stride));
    return made === null ? entries : [...entries, readEntry(made as readonly Reply[], facts)];
  }

  private encode(partition: number, outcomes: readonly Outcome[]) {
    const { key, layout } = this.state;
    if (this.encoder === null || key !== this.encoderKey) {
      this.encoder = new FactsEncoder(layout, this.hashKey, this.dedupeMs);
      this.encoderKey = key;
    }
    return this.encoder.encode(partition, outcomes);
  }
}

function figuresOf([users, devices, duplicates, ...rest]: readonly number[]): StateFigures {
  const [usersEvicted, devicesEvicted, versions, locales, types] = rest;
  return {
    rows: { users, devices, duplicates },
    evictions: { users: usersEvicted, devices: devicesEvicted },
    overflow: { app_version: versions, locale: locales, device_type: types, remembered_locale: 0 },
  };
}
