import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { JournalEntry } from '../analytics/durable/journal-entry.js';
import { batchEntry, ModelService } from './history.testing.js';
import type { Damage } from './history.testing.js';
import { planRecovery } from './plan-recovery.js';
import type { Generation, PartitionFacts } from './recovery-plan.js';

const RUNS = 3_000;
const TIMEOUT_MS = 120_000;
const PARTITIONS = 3;

type Command = (service: ModelService) => void;

const partition = fc.nat({ max: PARTITIONS - 1 });
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.tuple(partition, fc.integer({ min: 1, max: 6 })).map(
    ([p, n]): Command =>
      (it) =>
        it.append(p, n),
  ),
  {
    weight: 2,
    arbitrary: fc.tuple(partition, fc.integer({ min: 1, max: 4 })).map(
      ([p, n]): Command =>
        (it) =>
          it.batch(p, n),
    ),
  },
  {
    weight: 2,
    arbitrary: partition.map(
      (p): Command =>
        (it) =>
          it.commit(p),
    ),
  },
  fc.boolean().map(
    (written): Command =>
      (it) =>
        it.checkpoint(written),
  ),
  fc.constant<Command>((it) => it.summary()),
);
const life = fc.array(command, { maxLength: 25 });
const none: Damage = { kind: 'none' };
const unread: fc.Arbitrary<Damage> = fc.oneof(
  fc.constantFrom<Damage>(none, { kind: 'no newest checkpoint' }, { kind: 'no checkpoint' }),
  fc.record({
    kind: fc.constant('journal cut' as const),
    file: fc.nat({ max: 5 }),
    kept: fc.nat({ max: 6 }),
  }),
);

const sorted = (texts: readonly string[]) => [...texts].sort();
const recordsOf = ({ state }: ModelService) => state.counted.filter((text) => text.includes(':'));

/** As the real one does: a first checkpoint of nothing is written at once. */
function begun(): ModelService {
  const service = new ModelService(PARTITIONS);
  service.checkpoint(true);
  return service;
}

describe('planRecovery', () => {
  it(
    'makes exactly what was, in the same order, whenever the service was killed; what was not committed is pending',
    () => {
      fc.assert(
        fc.property(fc.array(life, { minLength: 1, maxLength: 4 }), (lives) => {
          const service = begun();
          for (const commands of lives) {
            for (const run of commands) run(service);
            const { counted } = service.state;
            const pending = new Map(service.pending);
            const { losses } = service.crash(none);
            assert.deepEqual(losses, []);
            assert.deepEqual(service.state.counted, counted);
            assert.deepEqual(service.pending, pending);
          }
          service.finish();
          assert.deepEqual(sorted(service.published), sorted(service.allRecords));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'counts and writes every record once, or refuses, although checkpoints or entries of journals are gone',
    () => {
      fc.assert(
        fc.property(fc.array(fc.tuple(life, unread), { minLength: 1, maxLength: 4 }), (lives) => {
          const service = begun();
          for (const [commands, damage] of lives) {
            for (const run of commands) run(service);
            const { losses } = service.crash(damage);
            // Two faults at once: what is damaged would have told that the newest checkpoint counts what is not committed.
            if (losses.length > 0)
              return assert.match(losses.join(), /is committed|committed offset .* is gone/);
            service.checkpoint(true);
          }
          service.finish();
          assert.deepEqual(sorted(service.published), sorted(service.allRecords));
          assert.deepEqual(sorted(recordsOf(service)), sorted(service.allRecords));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'says so when the input has lost records that state needs, and only then',
    () => {
      fc.assert(
        fc.property(life, partition, fc.nat({ max: 12 }), (commands, which, start) => {
          const service = begun();
          for (const run of commands) run(service);
          const before = sorted(recordsOf(service));
          const { losses } = service.crash({ kind: 'retention', partition: which, start });
          const missing = before.filter((record) => !recordsOf(service).includes(record));
          assert.equal(losses.length > 0, missing.length > 0);
          if (missing.length === 0) assert.deepEqual(sorted(recordsOf(service)), before);
          const offsets = missing.map((record) => Number(record.split(':')[1]));
          for (const offset of [Math.min(...offsets), Math.max(...offsets)])
            if (missing.length > 0)
              assert.match(losses.join(), new RegExp(`\\b${offset}\\b.* of partition ${which} `));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  it(
    'goes on where state is when the committed offsets are gone, and says that a last batch may be missing',
    () => {
      fc.assert(
        fc.property(life, (commands) => {
          const service = begun();
          for (const run of commands) run(service);
          const before = service.state.counted;
          const settled = new Map(service.logs.map(({ committed }, p) => [p, committed]));
          const { losses, offsetsToCommit } = service.crash({ kind: 'offsets lost' });
          assert.deepEqual(service.state.counted, before);
          assert.equal(losses.length, offsetsToCommit.size);
          for (const [p, offset] of offsetsToCommit) assert.ok(offset >= (settled.get(p) ?? 0));
          service.finish();
          assert.deepEqual(sorted(recordsOf(service)), sorted(service.allRecords));
        }),
        { numRuns: RUNS },
      );
    },
    TIMEOUT_MS,
  );

  const generation = (
    id: number,
    positions: Record<number, number>,
    entries: readonly JournalEntry[] = [],
  ): Generation => ({
    id,
    positions: new Map(Object.entries(positions).map(([p, next]) => [Number(p), { next, last: null }])),
    entries,
  });
  const facts = (...all: Partial<PartitionFacts>[]) =>
    new Map(
      all.map((each, p) => [p, { committed: 100, logStart: 0, logEnd: 200, isAnother: false, ...each }]),
    );

  it('begins with nothing when nothing was ever committed', () => {
    const plan = planRecovery([], facts({ committed: null }, { committed: 0 }));
    expect(plan).toMatchObject({ checkpoint: null, steps: [], losses: [], remarks: [] });
  });

  it('takes the older checkpoint while the newest counts the first batch of a partition, which was never committed', () => {
    const first = batchEntry(1, 0, 30);
    const plan = planRecovery(
      [generation(2, { 0: 100, 1: 30 }), generation(1, { 0: 100 }, [first])],
      facts({}, { committed: null }),
    );
    expect(plan).toMatchObject({ checkpoint: 1, losses: [], offsetsToCommit: new Map() });
    expect(plan.remarks).toEqual([
      'checkpoint 2 counts partition 1 up to offset 30, and nothing of it is committed: an older one is used',
    ]);
    expect(plan.steps).toEqual([expect.objectContaining({ kind: 'batch', range: { from: 0, end: 30 } })]);
  });

  it('refuses when somebody has moved the offsets back: all that is committed would be counted anew', () => {
    const journal = [batchEntry(0, 0, 60), batchEntry(0, 60, 100)];
    const plan = planRecovery([generation(1, {}, journal)], facts({ committed: 0 }));
    expect(plan.checkpoint).toBeNull();
    expect(plan.losses).toEqual([
      expect.stringMatching(/offset 60, and only 0 is: somebody has moved .* back/),
    ]);
  });

  it('refuses when the offsets are behind every checkpoint', () => {
    const plan = planRecovery(
      [generation(2, { 0: 100 }), generation(1, { 0: 90 })],
      facts({ committed: 40 }),
    );
    expect(plan.losses).toHaveLength(2);
    expect(plan.steps).toEqual([{ kind: 'unordered', ranges: new Map([[0, { from: 0, end: 40 }]]) }]);
  });

  it.each([
    ['is shorter than what was counted', { logEnd: 70, committed: null }],
    ['has another record where the last one was', { isAnother: true }],
  ])('begins the partition anew when its log %s', (_why, present) => {
    const plan = planRecovery(
      [generation(1, { 0: 50, 1: 100 }, [batchEntry(0, 50, 100), { kind: 'summary', now: 1 }])],
      facts(present, {}),
    );
    expect(plan).toMatchObject({ checkpoint: 1, renewed: new Set([0]), offsetsToCommit: new Map() });
    expect(plan.steps).toEqual([
      { kind: 'summary', now: 1 },
      { kind: 'reset', partition: 0 },
    ]);
    expect(plan.losses).toEqual([
      expect.stringMatching(/^partition 0 was deleted and made again.*offset 100/),
    ]);
  });

  it('lets go of a partition that is not there any more', () => {
    const plan = planRecovery([generation(1, { 0: 100, 1: 7 }, [batchEntry(1, 7, 9)])], facts({}));
    expect(plan.steps).toEqual([{ kind: 'reset', partition: 1 }]);
    expect(plan.losses).toEqual([
      expect.stringMatching(/^partition 1 of the input, .* offset 9, is not there/),
    ]);
  });

  it('does not take records of a new log for those of the former one, which the journal speaks of before', () => {
    const journal: JournalEntry[] = [
      batchEntry(0, 50, 100),
      { kind: 'reset', partition: 0 },
      batchEntry(0, 0, 20),
    ];
    const plan = planRecovery([generation(1, { 0: 50 }, journal)], facts({ committed: 20, logEnd: 150 }));
    expect(plan.steps).toEqual([
      { kind: 'reset', partition: 0 },
      expect.objectContaining({ kind: 'batch', range: { from: 0, end: 20 } }),
    ]);
    expect(plan.losses).toEqual([
      expect.stringMatching(/made again while the service ran.*below offset 100/),
    ]);
  });

  it('knows a partition that was made again by its journal, however far the former log was counted', () => {
    const journal: JournalEntry[] = [
      { kind: 'reset', partition: 0 },
      batchEntry(0, 0, 20),
      batchEntry(0, 20, 40),
    ];
    const plan = planRecovery([generation(1, { 0: 1_000 }, journal)], facts({ committed: 40, logEnd: 50 }));
    expect(plan).toMatchObject({ checkpoint: 1, losses: [], remarks: [] });
    expect(plan.steps).toHaveLength(3);
  });

  it('commits where the new log begins when the offset that is committed is still of the former one', () => {
    const journal: JournalEntry[] = [{ kind: 'reset', partition: 0 }, batchEntry(0, 0, 20)];
    const plan = planRecovery([generation(1, { 0: 100 }, journal)], facts({ committed: 100, logEnd: 30 }));
    expect(plan).toMatchObject({ losses: [], offsetsToCommit: new Map([[0, 0]]) });
  });

  it('does again what was forgotten, at its place', () => {
    const forget: JournalEntry = { kind: 'forget', keys: { hi: 1, lo: 2, deviceHi: 3, deviceLo: 4 } };
    const journal = [batchEntry(0, 50, 70), forget, batchEntry(0, 70, 100)];
    const { steps } = planRecovery([generation(1, { 0: 50 }, journal)], facts({}));
    expect(steps.map(({ kind }) => kind)).toEqual(['batch', 'forget', 'batch']);
  });
});
