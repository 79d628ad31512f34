import { describe, it } from '@jest/globals';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { RedisStateStore } from '../../src/analytics/redis/redis-state-store.js';
import { PartlyApplied } from '../../src/analytics/redis/store-errors.js';
import type { BatchPosition } from '../../src/analytics/state-store.js';
import { MODEL_DEFAULTS, StateModel } from '../../src/analytics/model.testing.js';
import type { ModelSettings } from '../../src/analytics/model.testing.js';
import { KeyHash } from '../../src/analytics/tables/key-hash.js';
import { bothForms, Placing, traffic } from '../../src/analytics/traffic.testing.js';
import type { TrafficBatch, TwoForms } from '../../src/analytics/traffic.testing.js';
import { aLogin } from '../../src/pipeline/testing.js';
import { Filtered, Rejected } from '../../src/pipeline/outcome.js';
import type { Outcome } from '../../src/pipeline/outcome.js';
import { uniqueName } from '../support/kafka.js';
import type { TestRedis } from '../support/redis.js';
import { analyticsOf, NOW, openStore, positionOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

const RUNS = 60;
const STORES = 3;
const TIMEOUT_MS = 240_000;

let redis: TestRedis;
ownRedis((started) => (redis = started));

/** Users of a device whose times are equal are ordered by their hashes. */
function orderOfUsers() {
  const hash = new KeyHash([0, 0]);
  const hashOf = (user: string) => {
    hash.ofString(user);
    return BigInt(hash.hi >>> 0) * 2n ** 32n + BigInt(hash.lo >>> 0);
  };
  return (a: string, b: string) => hashOf(a) < hashOf(b);
}

/** What happens to a batch on its way: who works on it, whether that one dies before it commits, and where the next one cuts. */
interface Fate {
  readonly store: number;
  readonly dies: boolean;
  readonly cut: number;
}

const fates = fc.array(fc.record({ store: fc.nat(STORES - 1), dies: fc.boolean(), cut: fc.nat(20) }), {
  minLength: 6,
  maxLength: 6,
});

/** What became of a record, and the summary that it made due. */
interface Said {
  readonly analytics: unknown;
  readonly summary: unknown;
}

/** One partition's log, what the model says of its records, and how far it is. */
class Partition {
  readonly log: TwoForms[] = [];
  readonly said: Said[] = [];
  committed = 0;
}

class Run {
  private readonly placing = new Placing();
  private readonly partitions = [new Partition(), new Partition(), new Partition()];
  private now = NOW;

  constructor(
    private readonly stores: readonly RedisStateStore[],
    private readonly model: StateModel,
    private readonly every: number,
  ) {}

  async deliver(
    { partition, records, later, summary }: TrafficBatch,
    { store, dies, cut }: Fate,
  ): Promise<void> {
    const its = this.partitions[partition];
    this.now += later;
    for (const record of records) its.log.push(this.placing.place(record, partition));
    const middle = its.committed + (cut % Math.max(1, its.log.length - its.committed));
    await this.work(partition, middle, this.stores[store]);
    await this.work(partition, its.log.length, this.stores[(store + 1) % STORES]);
    if (!dies) its.committed = its.log.length;
    else if (cut % 2 === 0) its.committed = middle;
    if (summary && this.partitions.every(({ log, committed }) => committed === log.length))
      await this.summarize(store);
  }

  /** The model's turn comes with the first delivery; every delivery has to say the same. */
  private async work(partition: number, end: number, store: RedisStateStore): Promise<void> {
    const { log, said, committed } = this.partitions[partition];
    if (end <= committed) return;
    if (said.length < end) this.model.summaries.begin(this.now);
    while (said.length < end) said.push(this.modelSays(log[said.length]));
    const outcomes = log.slice(committed, end).map((form, index) => anew(form, committed + index));
    const position = positionOf(partition, committed, end, committed, this.now);
    const due = await applyInParts(store, position, outcomes);
    const summaries = new Map(due.map(({ summary, offset }) => [offset, summary]));
    const stored = outcomes.map((outcome, index) => ({
      analytics: log[committed + index].login === null ? null : analyticsOf(outcome),
      summary: summaries.get(committed + index) ?? null,
    }));
    assert.deepEqual(stored, said.slice(committed, end));
  }

  private modelSays({ outcome, login }: TwoForms): Said {
    const { model } = this;
    if (login === null) {
      if (outcome instanceof Rejected) model.countError(outcome.errorType);
      else model.countFiltered((outcome as Filtered).reason);
      return { analytics: null, summary: null };
    }
    const fields = model.apply(login);
    const isDue = fields !== null && this.every > 0 && model.processed.length % this.every === 0;
    return {
      analytics: fields && { ...fields, ...model.flags.windows },
      summary: isDue ? model.summaries.take(this.now) : null,
    };
  }

  private async summarize(owner: number): Promise<void> {
    const store = this.stores[owner];
    this.partitions.forEach(
      ({ committed }, partition) => committed > 0 && store.settled(partition, committed),
    );
    await store.flushed();
    const summary = await store.takeSummary(this.now + 100);
    if (summary !== null) await store.published(summary.sequence);
    const expected = this.model.summaries.hasChanged ? this.model.summaries.take(this.now + 100) : null;
    assert.deepEqual(summary, expected);
  }
}

/** What is kept of the batch comes alone, before the rest. */
async function applyInParts(store: RedisStateStore, position: BatchPosition, outcomes: Outcome[]) {
  try {
    return await store.apply(position, outcomes, null);
  } catch (error) {
    if (!(error instanceof PartlyApplied)) throw error;
    const { first, end } = position.offsets;
    const [kept, rest] = [outcomes.splice(0, error.next - first), outcomes.splice(0)];
    const due = [
      ...(await store.apply({ ...position, offsets: { first, end: error.next } }, kept, null)),
      ...(await store.apply({ ...position, offsets: { first: error.next, end } }, rest, null)),
    ];
    outcomes.push(...kept, ...rest);
    return due;
  }
}

/** The outcome as another process makes it. */
function anew({ outcome, login }: TwoForms, offset: number): Outcome {
  if (login !== null) return bothForms(login).outcome;
  if (outcome instanceof Filtered)
    return new Filtered(aLogin({}, { offset: String(offset) }), outcome.reason);
  return outcome;
}

const SETTINGS: readonly (readonly [string, Partial<ModelSettings>, spread: number])[] = [
  ['the defaults', {}, 10 * 3_600],
  ['small windows, gaps and maps', { windowSeconds: 20, gapSeconds: 15, mapLimit: 2, dedupeSeconds: 2 }, 200],
  ['no end of the window, and no duplicates', { windowSeconds: 0, gapSeconds: 60, dedupeSeconds: 0 }, 300],
  ['times that are often equal', { windowSeconds: 1, gapSeconds: 1, mapLimit: 3, dedupeSeconds: 1 }, 6],
];

describe('RedisStateStore', () => {
  it.each(SETTINGS)(
    'says of random traffic what the model says, whoever works on which partition and dies before it commits, with %s',
    async (_, changes, spread) => {
      const settings = { ...MODEL_DEFAULTS, ...changes };
      const { gapSeconds, ...others } = settings;
      await fc.assert(
        fc.asyncProperty(traffic(spread), fates, fc.nat(7), async (batches, chances, every) => {
          const group = uniqueName('group');
          const options = {
            url: redis.url,
            group,
            every,
            settings: { ...others, sessionGapSeconds: gapSeconds },
          };
          const stores = await Promise.all(Array.from({ length: STORES }, () => openStore(options)));
          try {
            const run = new Run(stores, new StateModel(settings, orderOfUsers()), every);
            for (const [index, batch] of batches.entries()) await run.deliver(batch, chances[index]);
          } finally {
            for (const store of stores) store.close();
          }
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );
});
