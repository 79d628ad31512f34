import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import type { BatchLease } from '../pipeline/batch-lease.js';
import { Barrier } from './barrier.js';
import { CommittedByAnother } from './committed-by-another.error.js';
import type { LaneProducer } from './lane-producer.js';
import { PartitionLane } from './partition-lane.js';
import type { LanePort } from './lane-port.js';
import { SummariesVoid } from './pending-outcomes.js';
import type { Committed, Outcomes } from './pending-outcomes.js';

/** What a broker makes hard to reach; the rest is in `test/kafka`. */
describe('PartitionLane', () => {
  /** Resolves, or rejects, the commits of the lane, in order of their beginning. */
  let commits: { committed: Committed; done: () => void; fail: (error: Error) => void }[];
  let opened: number;
  let closed: number;
  let committed: Committed | null;
  let logEnd: number;
  let sent: number[][];
  let resultsAreShared: boolean;
  let lane: PartitionLane;

  beforeEach(() => {
    jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    [commits, sent, opened, closed, committed, logEnd] = [[], [], 0, 0, null, 0];
    resultsAreShared = false;
    const port: LanePort = {
      get resultsAreShared() {
        return resultsAreShared;
      },
      group: 'group',
      openProducer: async () => {
        opened++;
        return { close: () => closed++ } as unknown as LaneProducer;
      },
      committed: async () => committed,
      logStartOffset: async () => 3,
      logEndOffset: async () => logEnd,
      refreshTopics: async () => undefined,
      encode: async (topics) => {
        sent.push(topics.flatMap(({ records }) => records.map(({ sourceOffset }) => sourceOffset)));
        return [];
      },
      commit: (_producer, _rounds, committing) =>
        new Promise((done, fail) => commits.push({ committed: committing, done, fail })),
      retried: () => undefined,
      offsetReset: () => undefined,
    };
    lane = new PartitionLane('topic-0', port);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const lease = (epoch = 1, overrides: Partial<BatchLease> = {}) =>
    ({
      epoch,
      highWatermark: 1_000,
      isRunning: () => true,
      heartbeat: async () => undefined,
      ...overrides,
    }) as BatchLease;

  function outcomes(
    firstOffset: number,
    endOffset: number,
    summaries: Outcomes['summaries'] = null,
  ): Outcomes & { settlements: number; isStalled: boolean; abandoned: boolean } {
    const records = Array.from({ length: endOffset - firstOffset }, (_, index) => ({
      key: null,
      value: '',
      headers: undefined,
      sourceOffset: firstOffset + index,
    }));
    const made = {
      topics: [{ topic: 'output', records }],
      offsets: { first: firstOffset, end: endOffset },
      summaries,
      recorded: null,
      settlements: 0,
      stalled: () => void (made.isStalled = true),
      resumed: () => void (made.isStalled = false),
      givenUp: () => void (made.abandoned = true),
      isStalled: false,
      abandoned: false,
      settled: () => void made.settlements++,
    };
    return made;
  }

  const begun = async (count: number) => {
    while (commits.length < count) await turn();
  };

  it('gives an attempt up that hangs, and is not touched by what becomes of it', async () => {
    await lane.claim(lease());
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] });
    const batch = outcomes(0, 3);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    await jest.advanceTimersByTimeAsync(30_000);
    jest.useRealTimers();
    await begun(2);
    expect([opened, closed]).toEqual([2, 1]);
    commits[0].done();
    await turn();
    expect(batch.settlements).toBe(0);
    commits[1].done();
    await publishing;
    expect(batch.settlements).toBe(1);
    expect([opened, closed]).toEqual([2, 1]);
  });

  it('sends only what is not committed when an unknown result turns out as done in part', async () => {
    await lane.claim(lease());
    const batch = outcomes(10, 16);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    committed = { offset: 14, summary: 0 };
    commits[0].fail(new Error('connection lost'));
    await begun(2);
    commits[1].done();
    await publishing;
    expect(sent).toEqual([
      [10, 11, 12, 13, 14, 15],
      [14, 15],
    ]);
    expect(batch.settlements).toBe(1);
  });

  it('sends nothing again when an unknown result turns out as done', async () => {
    await lane.claim(lease());
    const batch = outcomes(0, 5);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    committed = { offset: 5, summary: 0 };
    commits[0].fail(new Error('connection lost'));
    await publishing;
    expect([commits.length, batch.settlements]).toEqual([1, 1]);
    expect(await lane.claim(lease())).toBe(5);
  });

  it('opens one producer for many batches of one membership, and a new one after a join', async () => {
    for (const first of [0, 10, 20]) {
      await lane.claim(lease());
      const publishing = lane.publish(outcomes(first, first + 10), lease());
      await begun(first / 10 + 1);
      commits[first / 10].done();
      await publishing;
    }
    expect(opened).toBe(1);
    committed = { offset: 30, summary: 0 };
    expect(await lane.claim(lease(2))).toBe(30);
    expect([opened, closed]).toEqual([2, 1]);
  });

  it('lets go of nothing that comes behind a claim which lets go of what is pending', async () => {
    resultsAreShared = true;
    await lane.claim(lease());
    const claiming = lane.claim(lease(2));
    const batch = outcomes(0, 5);
    const publishing = lane.publish(batch, lease(2));
    await claiming;
    await begun(1);
    commits[0].done();
    await publishing;
    expect([batch.settlements, batch.abandoned]).toEqual([1, false]);
  });

  it('writes results once that two have asked for where they are kept for all', async () => {
    resultsAreShared = true;
    await lane.claim(lease());
    const batches = [outcomes(0, 5), outcomes(0, 5), outcomes(3, 8)];
    const publishing = Promise.all(batches.map((batch) => lane.publish(batch, lease())));
    await begun(1);
    commits[0].done();
    await begun(2);
    commits[1].done();
    await publishing;
    expect(sent).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7],
    ]);
    // What became of the first five is told once.
    expect(batches.map(({ settlements, abandoned }) => [settlements, abandoned])).toEqual([
      [1, false],
      [0, true],
      [1, false],
    ]);
  });

  it('sends nothing itself of what is pending at a join where its results are kept for all, and settles what is committed', async () => {
    resultsAreShared = true;
    await lane.claim(lease());
    const heartbeat = async () => {
      throw new Error('joined again');
    };
    const batches = [outcomes(0, 5), outcomes(5, 9)];
    for (const batch of batches) await expect(lane.publish(batch, lease(1, { heartbeat }))).rejects.toThrow();
    committed = { offset: 5, summary: 0 };
    expect(await lane.claim(lease(2))).toBe(5);
    expect(batches.map(({ settlements, abandoned }) => [settlements, abandoned])).toEqual([
      [1, false],
      [0, true],
    ]);
  });

  it('asks the log itself before it takes a committed offset for one of a former topic', async () => {
    committed = { offset: 50, summary: 0 };
    logEnd = 50;
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(50);
    logEnd = 20;
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(null);
    expect(await lane.claim(lease(1, { highWatermark: 20 }))).toBe(null);
  });

  it('does not take the committed offset of a former topic for its own after a failed send either', async () => {
    committed = { offset: 1_000, summary: 3 };
    logEnd = 50;
    expect(await lane.claim(lease(1, { highWatermark: 50 }))).toBe(null);
    const batch = outcomes(0, 50);
    const publishing = lane.publish(batch, lease());
    await begun(1);
    commits[0].fail(new Error('not enough replicas'));
    await begun(2);
    expect(batch.settlements).toBe(0);
    expect(sent.at(-1)).toHaveLength(50);
    commits[1].done();
    await publishing;
    expect(commits[1].committed).toEqual({ offset: 50, summary: 3 });
  });

  it('fences nobody off when its membership is over already', async () => {
    const over = lease(1, { heartbeat: () => Promise.reject(new Error('joined again')) });
    await expect(lane.claim(over)).rejects.toThrow('joined again');
    expect(opened).toBe(0);
  });

  describe('with summaries', () => {
    const upTo = (last: number, mayGo: (() => Promise<void>) | null = null) => ({
      records: {
        topic: 'summaries',
        records: [{ key: null, value: '', headers: undefined, sourceOffset: 900 + last }],
      },
      last,
      turn: mayGo,
    });

    const summary = (sequence: number) => {
      // Not a copy: its callbacks speak of the object itself.
      const made = Object.assign(outcomes(0, 1, upTo(sequence)), { offsets: null });
      return made;
    };

    it('commits the number of the last one with every offset from then on', async () => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      expect(lane.lastSummary).toBe(7);
      for (const [index, number] of [0, 9, 0].entries()) {
        const publishing = lane.publish(
          outcomes(5 + index, 6 + index, number === 0 ? null : upTo(number)),
          lease(),
        );
        await begun(index + 1);
        commits[index].done();
        await publishing;
      }
      expect(commits.map(({ committed: each }) => each)).toEqual([
        { offset: 6, summary: 7 },
        { offset: 7, summary: 9 },
        { offset: 8, summary: 9 },
      ]);
    });

    it('waits for its turn, and commits nothing before', async () => {
      await lane.claim(lease());
      let go!: () => void;
      const publishing = lane.publish(
        outcomes(
          0,
          1,
          upTo(1, () => new Promise((resolve) => (go = resolve))),
        ),
        lease(),
      );
      for (let round = 0; round < 20; round++) await turn();
      expect(commits).toEqual([]);
      go();
      await begun(1);
      commits[0].done();
      await publishing;
    });

    it('writes outcomes without summaries that are void, and a summary that is void not at all', async () => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      const isVoid = () => Promise.reject(new SummariesVoid('the state that numbered them is gone'));
      const publishing = lane.publish(outcomes(5, 6, upTo(8, isVoid)), lease());
      await begun(1);
      expect(commits[0].committed).toEqual({ offset: 6, summary: 7 });
      commits[0].done();
      await publishing;
      const beside = Object.assign(outcomes(0, 1, upTo(8, isVoid)), { offsets: null });
      await lane.publish(beside, lease());
      expect(commits).toHaveLength(1);
      expect([beside.settlements, beside.abandoned]).toEqual([0, true]);
      expect(await lane.claim(lease())).toBe(6);
    });

    it('writes one beside the input by committing the same offset again', async () => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      const beside = summary(8);
      const publishing = lane.publish(beside, lease());
      await begun(1);
      expect(commits[0].committed).toEqual({ offset: 5, summary: 8 });
      commits[0].done();
      await publishing;
      expect(beside.settlements).toBe(1);
      expect(await lane.claim(lease())).toBe(5);
    });

    it('writes one where nothing was ever committed at the beginning of the log', async () => {
      await lane.claim(lease());
      const publishing = lane.publish(summary(1), lease());
      await begun(1);
      expect(commits[0].committed).toEqual({ offset: 3, summary: 1 });
      commits[0].done();
      await publishing;
    });

    it.each([
      ['done: it is not written twice', 8, 1],
      ['not done: it is written again', 7, 2],
    ])('learns from the committed number that an unknown result is %s', async (_, found, sends) => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      const beside = summary(8);
      const publishing = lane.publish(beside, lease());
      await begun(1);
      committed = { offset: 5, summary: found };
      commits[0].fail(new Error('connection lost'));
      if (sends === 2) {
        await begun(2);
        commits[1].done();
      }
      await publishing;
      expect([commits.length, beside.settlements]).toEqual([sends, 1]);
    });

    it('keeps what could not be written when the lease was lost, a summary alone too, and the next claim settles it in order', async () => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      let member = true;
      const losing = lease(1, { isRunning: () => member });
      const beside = summary(8);
      const batch = outcomes(5, 6, upTo(9));
      const both = Promise.allSettled([lane.publish(beside, losing), lane.publish(batch, losing)]);
      await begun(1);
      member = false;
      commits[0].fail(new Error('connection lost'));
      expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect([batch.isStalled, beside.isStalled]).toEqual([true, true]);
      expect([batch.abandoned, beside.abandoned]).toEqual([false, false]);
      const claiming = lane.claim(lease(2));
      await begun(2);
      expect([batch.isStalled, beside.isStalled]).toEqual([false, false]);
      commits[1].done();
      await begun(3);
      commits[2].done();
      expect(await claiming).toBe(6);
      expect(commits.slice(1).map((each) => each.committed)).toEqual([
        { offset: 5, summary: 8 },
        { offset: 6, summary: 9 },
      ]);
      expect([beside.settlements, batch.settlements]).toEqual([1, 1]);
    });

    it('writes a summary alone that could not be written with the next claim, by a new producer', async () => {
      committed = { offset: 5, summary: 7 };
      await lane.claim(lease());
      let member = true;
      const beside = summary(8);
      const publishing = lane.publish(beside, lease(1, { isRunning: () => member }));
      publishing.catch(() => undefined);
      await begun(1);
      member = false;
      commits[0].fail(new Error('connection lost'));
      await expect(publishing).rejects.toThrow('left to the next owner');
      const claiming = lane.claim(lease());
      await begun(2);
      commits[1].done();
      expect(await claiming).toBe(5);
      expect([opened, beside.settlements]).toEqual([2, 1]);
    });

    it('ends the batch when what it waits for is stalled, so that the group is joined again', async () => {
      await lane.claim(lease());
      const stalled = () => Promise.reject(new Error('stalled'));
      const batch = outcomes(0, 1, upTo(1, stalled));
      await expect(lane.publish(batch, lease())).rejects.toMatchObject({ type: 'ILLEGAL_GENERATION' });
      expect([batch.isStalled, commits.length]).toEqual([true, 0]);
    });

    it('writes nothing any more when the partition is given up during the wait for its turn', async () => {
      resultsAreShared = true;
      await lane.claim(lease());
      let due!: () => void;
      const itsTurn = () => new Promise<void>((resolve) => (due = resolve));
      const publishing = lane.publish(outcomes(0, 1, upTo(1, itsTurn)), lease());
      publishing.catch(() => undefined);
      while (due === undefined) await turn();
      lane.close();
      due();
      await expect(publishing).rejects.toThrow('given up');
      expect([commits.length, opened]).toEqual([0, 1]);
    });

    it('lets nobody wait for what is published after the partition was given up', async () => {
      await lane.claim(lease());
      lane.close();
      const [batch, beside] = [outcomes(0, 1, upTo(1)), summary(2)];
      await expect(lane.publish(batch, lease())).rejects.toThrow('given up');
      await expect(lane.publish(beside, lease())).rejects.toThrow('given up');
      expect([batch.abandoned, beside.abandoned]).toEqual([true, true]);
    });

    it('keeps the outcomes of a partition that it gave up, but not their summaries: later ones were written since', async () => {
      await lane.claim(lease());
      const batch = outcomes(0, 2, upTo(4));
      const beside = summary(5);
      let heartbeats = true;
      const losing = lease(1, {
        heartbeat: () => (heartbeats ? Promise.resolve() : Promise.reject(new Error('rebalance'))),
      });
      const both = Promise.allSettled([lane.publish(batch, losing), lane.publish(beside, losing)]);
      await begun(1);
      heartbeats = false;
      lane.close();
      expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(batch.abandoned).toBe(true);
      const claiming = lane.claim(lease(2));
      await begun(2);
      commits[1].done();
      expect(await claiming).toBe(2);
      expect(sent.at(-1)).toEqual([0, 1]);
      expect(commits[1].committed).toEqual({ offset: 2, summary: 0 });
      expect([batch.settlements, beside.settlements]).toEqual([1, 0]);
    });
  });

  describe('where only this process may commit', () => {
    const at = (offset: number): Committed => ({ offset, summary: 0 });

    it.each([
      [null, 4, /group group meanwhile: offset 4 of topic-0 is committed, and state knows of none/],
      [4, 9, /offset 9 of topic-0 is committed, and state goes on at 4/],
      [4, 3, /offset 3 of topic-0 is committed, and state goes on at 4/],
    ])(
      'refuses a partition that state knows up to %p and somebody has committed up to %p',
      async (...args) => {
        const [known, found, message] = args;
        lane.startAlone(known);
        committed = at(found);
        const claim = lane.claim(lease());
        await expect(claim).rejects.toThrow(CommittedByAnother);
        await expect(claim).rejects.toThrow(message);
        await expect(claim).rejects.toMatchObject({ retriable: false });
        expect(commits).toEqual([]);
      },
    );

    it.each([
      ['what state knows', 4, at(4), 4],
      ['nothing', null, null, null],
      ['nothing any more, as the log is a new one', 4, null, null],
    ])('goes on where it finds %s', async (_, known, found, position) => {
      lane.startAlone(known);
      committed = found;
      expect(await lane.claim(lease())).toBe(position);
    });

    it('knows its own commits, also one whose result it never learned', async () => {
      lane.startAlone(0);
      committed = at(0);
      await lane.claim(lease());
      const publishing = lane.publish(outcomes(0, 5), lease());
      await begun(1);
      committed = at(5);
      commits[0].fail(new Error('connection lost'));
      await publishing;
      expect(await lane.claim(lease(2))).toBe(5);
      committed = at(6);
      await expect(lane.claim(lease(3))).rejects.toThrow(CommittedByAnother);
    });

    it('does not write what is left of an earlier process over what somebody else has committed', async () => {
      lane.startAlone(0);
      lane.restore(outcomes(0, 5));
      committed = at(3);
      await expect(lane.claim(lease())).rejects.toThrow(CommittedByAnother);
      expect(sent).toEqual([]);
    });

    it('takes what is committed of a former log for no one else’s', async () => {
      lane.startAlone(50);
      committed = at(50);
      expect(await lane.claim(lease(1, { highWatermark: 10 }))).toBeNull();
      expect(await lane.claim(lease(2, { highWatermark: 60 }))).toBeNull();
    });
  });

  describe('that is taken over together with others', () => {
    it('settles what is left when all of them are taken over, and not before', async () => {
      lane.restore(outcomes(0, 5));
      const resumed: number[] = [];
      const together = new Barrier(2, () => void resumed.push(commits.length));
      const claim = lane.claim(lease(), together);
      while (opened === 0) await turn();
      for (let turns = 0; turns < 20; turns++) await turn();
      expect([opened, sent, resumed]).toEqual([1, [], []]);
      void together.arrive();
      await begun(1);
      commits[0].done();
      expect(await claim).toBe(5);
      expect([opened, resumed]).toEqual([1, [0]]);
    });

    it('settles nothing when one of them is another’s, and what comes later has to be claimed again', async () => {
      lane.restore(outcomes(0, 5));
      const together = new Barrier(2, () => undefined);
      const claim = lane.claim(lease(), together);
      const later = outcomes(5, 7);
      const publishing = lane.publish(later, lease());
      const reason = new CommittedByAnother('group', 'topic-1', 9, null);
      together.break(reason);
      await expect(claim).rejects.toBe(reason);
      await expect(publishing).rejects.toThrow('claimed again');
      expect([sent, commits, later.isStalled]).toEqual([[], [], true]);
    });

    it('keeps the others from going on when it cannot be taken over', async () => {
      lane.startAlone(null);
      committed = { offset: 1, summary: 0 };
      const together = new Barrier(2, () => undefined);
      const other = together.arrive();
      await expect(lane.claim(lease(), together)).rejects.toThrow(CommittedByAnother);
      await expect(other).rejects.toThrow(CommittedByAnother);
    });
  });
});
