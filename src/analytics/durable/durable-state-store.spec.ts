import { describe, expect, it } from '@jest/globals';
import { AnalyticsSettings } from '../../config/analytics.settings.js';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { Filtered, Rejected } from '../../pipeline/outcome.js';
import type { Outcome } from '../../pipeline/outcome.js';
import { aLogin, aRawRecord } from '../../pipeline/testing.js';
import { StateDiverged } from '../state-diverged.error.js';
import { FULL_DEMAND } from '../state-demand.js';
import type { StatePlan } from '../state-plan.js';
import type { BatchPosition } from '../state-store.js';
import type { SummaryCadence } from '../summary/summary-cadence.js';
import { WrittenImage } from '../tables/testing.js';
import { DurableStateStore } from './durable-state-store.js';
import type { JournalEntry } from './journal-entry.js';
import type { Journal } from './journal.js';
import { markOfRecord } from '../record-mark.js';

const NOW = 1_711_302_640_500;

function make() {
  const store = new DurableStateStore(
    Object.assign(new AnalyticsSettings(), { maxUsers: 100, maxDevices: 100, dedupeLimit: 200 }),
    { everyMessages: 0, everySeconds: 0 } as SummaryCadence,
    { demand: FULL_DEMAND } as StatePlan,
  );
  store.onModuleInit();
  return store;
}

function journal() {
  const entries: JournalEntry[] = [];
  const written = Promise.resolve();
  const append = (entry: JournalEntry) => (entries.push(entry), written);
  return { entries, written, journal: { append } as Journal };
}

const recordAt = (offset: number) =>
  aRawRecord({
    offset: String(offset),
    value: Buffer.from(`value ${offset}`),
    timestamp: String(NOW + offset),
  });
const loginAt = (offset: number): Outcome => {
  const enrichment = { device_type_lower: 'android', region: 'Somewhere', ip_country: null };
  return Object.assign(aLogin({ user_id: `user ${offset}` }, recordAt(offset)), enrichment) as EnrichedLogin;
};

const position = (first: number, end: number, claimed: number | null, partition = 0): BatchPosition => ({
  ...{ topic: 'logins', partition, offsets: { first, end }, claimed, now: NOW },
});

/** Applies a login for each offset. @returns the totals that they were given */
async function apply(store: DurableStateStore, at: BatchPosition): Promise<number[]> {
  const { first, end } = at.offsets;
  const outcomes = Array.from({ length: end - first }, (_, index) => loginAt(first + index));
  await store.apply(at, outcomes, null);
  return outcomes.map((outcome) => (outcome as EnrichedLogin).total_logins_for_version as number);
}

describe('DurableStateStore', () => {
  it('notes every batch: where its partition stood, where it stands, when it was, and its last record', async () => {
    const store = make();
    const { journal: file, entries, written } = journal();
    store.writeTo(file);
    expect(store.recorded()).toBeNull();
    await apply(store, position(5, 8, null));
    expect(store.recorded()).toBe(written);
    await apply(store, position(9, 12, 8));
    expect(entries).toEqual([
      { kind: 'batch', partition: 0, from: 5, end: 8, now: NOW, last: markOfRecord(recordAt(7)) },
      { kind: 'batch', partition: 0, from: 8, end: 12, now: NOW, last: markOfRecord(recordAt(11)) },
    ]);
    expect(store.positions).toEqual(
      new Map([[0, { next: 12, last: entries[1].kind === 'batch' && entries[1].last }]]),
    );
  });

  it('notes nothing while it repeats what is noted already', async () => {
    const store = make();
    await apply(store, position(0, 3, null));
    expect([store.recorded(), store.changes]).toEqual([null, 1]);
    const { journal: file, entries } = journal();
    store.writeTo(file);
    expect(entries).toEqual([]);
  });

  it('knows the last record of a batch whatever became of it', async () => {
    const store = make();
    const outcomes: Outcome[] = [loginAt(0), new Filtered(aLogin({}, recordAt(1)), 'filtered_age')];
    await store.apply(position(0, 2, null), outcomes, null);
    expect(store.positions.get(0)!.last).toEqual(markOfRecord(recordAt(1)));
    const raw = aRawRecord({ offset: '2', value: null });
    await store.apply(position(2, 3, 2), [new Rejected(raw, 'null_value', [], null)], null);
    expect(store.positions.get(0)!.last).toMatchObject({ offset: 2, hi: 0, lo: 0 });
  });

  it('notes a summary if there was one, and what was forgotten', async () => {
    const store = make();
    const { journal: file, entries } = journal();
    store.writeTo(file);
    await apply(store, position(0, 1, null));
    expect(await store.takeSummary(NOW + 5)).not.toBeNull();
    expect(await store.takeSummary(NOW + 6)).toBeNull();
    expect(store.forget('user 0')).toBe(true);
    expect(store.forget('nobody')).toBe(false);
    expect(entries.map(({ kind }) => kind)).toEqual(['batch', 'summary', 'forget', 'forget']);
    expect(entries[1]).toEqual({ kind: 'summary', now: NOW + 5 });
  });

  it('refuses a batch that does not follow the last one: somebody else was there', async () => {
    const store = make();
    await apply(store, position(0, 3, null));
    const { changes } = store;
    for (const claimed of [2, 4]) {
      const attempt = apply(store, position(claimed, 9, claimed));
      await expect(attempt).rejects.toThrow(StateDiverged);
      await expect(attempt).rejects.toThrow(
        /counted logins-0 up to offset 3, and \d is committed.*STATE_STORE=redis/,
      );
    }
    expect(store.changes).toBe(changes);
    expect(await apply(store, position(3, 4, 3))).toEqual([4]);
  });

  it('begins a partition anew whose log is a new one, and asks for a checkpoint', async () => {
    const store = make();
    const { journal: file, entries } = journal();
    let asked = 0;
    store.writeTo(file, () => void asked++);
    await apply(store, position(0, 3, null));
    store.settled(0, 3);
    expect(await apply(store, position(0, 2, null))).toEqual([4, 5]);
    expect(asked).toBe(1);
    expect(entries.map((entry) => [entry.kind, entry.kind === 'batch' && entry.from])).toEqual([
      ['batch', 0],
      ['reset', false],
      ['batch', 0],
    ]);
    expect(store.isSettled(store.positions, 0)).toBe(false);
  });

  it('is settled when every partition is', async () => {
    const store = make();
    expect(store.isSettled(store.positions, 0)).toBe(true);
    await apply(store, position(0, 3, null, 0));
    await apply(store, position(0, 2, null, 1));
    store.settled(0, 3);
    expect(store.isSettled(store.positions, 0)).toBe(false);
    store.settled(1, 1);
    expect(store.isSettled(store.positions, 0)).toBe(false);
    store.settled(1, 2);
    expect(store.isSettled(store.positions, 0)).toBe(true);
  });

  it('counts on from an image, and from what came after it', async () => {
    const store = make();
    await apply(store, position(0, 3, null));
    const { image, positions } = store.image();
    await apply(store, position(3, 5, 3)); // the image does not change any more
    const source = new WrittenImage(image.facts, image.columns);
    image.release();
    expect(positions).toEqual(new Map([[0, { next: 3, last: markOfRecord(recordAt(2)) }]]));

    const other = make();
    await other.restore(source, positions);
    expect(other.layout).toEqual(store.layout);
    expect(await apply(other, position(3, 5, 3))).toEqual([4, 5]);
    expect(other.figures).toEqual(store.figures);
    expect(other.positions).toEqual(store.positions);
    other.skip(0, 9);
    expect(await apply(other, position(9, 10, 9))).toEqual([6]);
    other.clear();
    expect([other.positions.size, other.figures.rows.users]).toEqual([0, 0]);
  });
});
