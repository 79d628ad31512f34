import { describe, expect, it, jest } from '@jest/globals';
import { NumberLost } from '../analytics/number-lost.error.js';
import type { DueSummary, StateStore } from '../analytics/state-store.js';
import { SummariesVoid } from '../kafka/pending-outcomes.js';
import type { Outcomes } from '../kafka/pending-outcomes.js';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { OutcomeTally } from './outcome-tally.js';
import { Settlement } from './settlement.js';

// CommonJS that requires Nest's ES modules, which Jest cannot load on Node 20. Nothing is injected here.
jest.unstable_mockModule('@nestjs/microservices', () => ({ ClientKafka: class {} }));
jest.unstable_mockModule('@willsoto/nestjs-prometheus', () => ({ InjectMetric: () => () => undefined }));
const { OutcomePublisher } = await import('./outcome-publisher.js');

const OFFSETS = { first: 0, end: 4 };
const RECORDS = { topic: 'out', records: [] };
const SUMMARIES = { topic: 'sum', records: [] };

const summariesUpTo = (last: number) => (last === 0 ? null : { records: SUMMARIES, first: last, last });

const leaseThat = (isRunning: boolean, heartbeat = async () => undefined as void) =>
  ({ isRunning: () => isRunning, heartbeat }) as BatchLease;
const RUNNING = leaseThat(true);

/** @param send what the client does with outcomes; by default it settles them */
function make(
  send = async (outcomes: Outcomes) => outcomes.settled(),
  state: Partial<StateStore> = { isShared: false },
) {
  const settlement = new Settlement();
  const sent: Outcomes[] = [];
  const fakes = [
    { encode: () => ({ topics: [RECORDS], tally: new OutcomeTally() }) },
    { encode: (due: readonly DueSummary[]) => summariesUpTo(due.at(-1)?.summary.sequence ?? 0) },
    settlement,
    {
      lastSummary: 7,
      publishOutcomes: (_: number, outcomes: Outcomes) => {
        sent.push(outcomes);
        return send(outcomes);
      },
    },
    { begin: () => undefined, settled: () => undefined },
    state,
  ];
  const publisher = new OutcomePublisher(
    ...(fakes as unknown as ConstructorParameters<typeof OutcomePublisher>),
  );
  const batch = async (summary = 0, settled = () => undefined as void) => ({
    topics: [RECORDS],
    offsets: OFFSETS,
    summaries: summariesUpTo(summary),
    settled,
    recorded: null,
    ticket: await publisher.begin(RUNNING),
  });
  return { publisher, settlement, sent, batch };
}

describe('OutcomePublisher', () => {
  it('encodes summaries behind the outcomes, and names the last one’s number', () => {
    const { publisher } = make();
    const context = { topic: 'in', partition: 0, now: 0, started: 0 };
    const due = [4, 5].map((sequence) => ({ summary: { sequence }, offset: 1 }) as DueSummary);
    expect(publisher.encode([], due, context)).toMatchObject({
      topics: [RECORDS],
      summaries: { records: SUMMARIES, last: 5 },
    });
    expect(publisher.encode([], [], context)).toMatchObject({ topics: [RECORDS], summaries: null });
  });

  it('ends the process when outcomes cannot be encoded: the state has counted them, and must not again', () => {
    const { publisher } = make();
    Object.assign(publisher, {
      encoder: {
        encode: () => {
          throw new Error('no such field');
        },
      },
    });
    const encode = () => publisher.encode([], [], { topic: 'in', partition: 3, now: 0, started: 0 });
    expect(encode).toThrow('Outcomes of in-3 could not be encoded: no such field');
    expect(encode).toThrow(expect.objectContaining({ retriable: false }));
  });

  it('settles ticket and batch when the client has written them', async () => {
    const { publisher, batch } = make();
    const settled = jest.fn();
    const applied = await batch(0, settled);
    await publisher.publish(3, applied, RUNNING);
    expect(applied.ticket.isSettled).toBe(true);
    expect(settled).toHaveBeenCalledTimes(1);
  });

  it('keeps the ticket of a batch that could not be written: it is still on its way', async () => {
    const { publisher, batch, sent } = make(() => Promise.reject(new Error('lease lost')));
    const applied = await batch();
    await expect(publisher.publish(3, applied, RUNNING)).rejects.toThrow('lease lost');
    expect(applied.ticket.isSettled).toBe(false);
    sent[0].settled(); // by the next claim of the partition
    expect(applied.ticket.isSettled).toBe(true);
  });

  it('lets go of the ticket when the process stops: the batches behind need not wait for it', async () => {
    const { publisher, batch } = make(() => Promise.reject(new Error('stopping')));
    const settled = jest.fn();
    const applied = await batch(1, settled);
    await expect(publisher.publish(3, applied, leaseThat(false))).rejects.toThrow('stopping');
    expect(applied.ticket.isSettled).toBe(true);
    expect(settled).not.toHaveBeenCalled();
  });

  it('has batches that carry summaries written one after the other, and all others at once', async () => {
    const { publisher, batch, sent } = make(() => new Promise(() => undefined));
    for (const summary of [1, 0, 2]) void publisher.publish(0, await batch(summary), RUNNING);
    const [first, second, third] = sent.map(({ summaries }) => summaries);
    expect([first?.turn, second]).toEqual([null, null]);
    expect(third?.turn).toBeInstanceOf(Function);
    sent[0].settled();
    await third?.turn?.(new AbortController().signal); // resolves
  });

  it('asks shared state for the turn of summaries, and learns that it has lost what they count', async () => {
    const turnOf = jest.fn<StateStore['turnOf']>().mockResolvedValueOnce(undefined);
    const { publisher, batch, sent } = make(undefined, { isShared: true, turnOf });
    await publisher.publish(3, await batch(7), RUNNING);
    const { signal } = new AbortController();
    const turn = sent[0].summaries!.turn!;
    await turn(signal);
    expect(turnOf).toHaveBeenCalledWith(7, { partition: 3, end: OFFSETS.end }, signal);
    turnOf.mockRejectedValueOnce(new NumberLost(7)).mockRejectedValueOnce(new Error('closed'));
    await expect(turn(signal)).rejects.toBeInstanceOf(SummariesVoid);
    await expect(turn(signal)).rejects.toThrow('closed');
  });

  it('lets nobody wait for a batch whose partition was given up', async () => {
    const { publisher, batch, sent } = make(() => Promise.reject(new Error('lease lost')));
    const lost = await batch(1);
    await expect(publisher.publish(1, lost, RUNNING)).rejects.toThrow('lease lost');
    await expect(publisher.publish(0, await batch(2), RUNNING)).rejects.toThrow('lease lost');
    sent[0].givenUp();
    expect(lost.ticket.isSettled).toBe(true);
    await sent[1].summaries?.turn?.(new AbortController().signal); // resolves
  });

  it('lets no batch begin while a summary by time is being written', async () => {
    const { publisher, settlement } = make();
    let finish!: () => void;
    const quiet = settlement.whenQuiet(0, () => new Promise<void>((resolve) => (finish = resolve)));
    const begun = jest.fn();
    const beginning = publisher.begin(RUNNING).then(begun);
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).not.toHaveBeenCalled();
    finish();
    await Promise.all([quiet, beginning]);
    expect(begun).toHaveBeenCalledTimes(1);
  });

  it('does not wait there any longer than its lease lasts', async () => {
    const { publisher, settlement } = make();
    void settlement.whenQuiet(0, () => new Promise(() => undefined));
    const lost = leaseThat(true, () => Promise.reject(new Error('rebalance')));
    await expect(publisher.begin(lost)).rejects.toThrow('rebalance');
  });
});
