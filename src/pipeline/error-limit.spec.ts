import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { PartitionPauses } from '../kafka/partition-pauses.js';
import type { BatchLease } from './batch-lease.js';
import type { ErrorLimits } from './error-limit-history.js';
import { ErrorLimit } from './error-limit.js';
import { Rejected } from './outcome.js';
import type { ErrorType, Outcome } from './outcome.js';
import { aLogin, aRawRecord } from './testing.js';

const GOOD = aLogin();
const rejected = (errorType: ErrorType) => new Rejected(aRawRecord(), errorType, [], null);
const BAD = rejected('not_json');
const many = (outcome: Outcome, count: number): Outcome[] => Array.from({ length: count }, () => outcome);

/** An error limit, and one input topic whose batches it judges; each partition begins at offset 0. */
class Input {
  readonly pauses = new PartitionPauses();
  readonly limit: ErrorLimit;
  readonly heldBack: number[] = [];
  private readonly positions = new Map<number, number>();

  constructor(limits: Partial<ErrorLimits>) {
    this.limit = new ErrorLimit({ percent: 0, window: 10, consecutive: 0, ...limits }, this.pauses);
  }

  /** @returns whether the batch was applied; if not, the next one begins where it began */
  batch(outcomes: readonly Outcome[], partition = 0): boolean {
    const first = this.positions.get(partition) ?? 0;
    const endOffset = first + outcomes.length;
    const records = outcomes.map((_, index) => aRawRecord({ offset: String(first + index) }));
    const lease = { endOffset, pause: (from) => void this.heldBack.push(from) } as BatchLease;
    const admission = this.limit.admit({ topic: 'in', partition, records }, outcomes, lease);
    if (admission === null) return false;
    admission.accept();
    this.positions.set(partition, endOffset);
    return true;
  }

  assign(...partitions: number[]): void {
    type Listener = (event: object) => void;
    let joined: Listener = () => undefined;
    const consumer = {
      events: { GROUP_JOIN: 'join' },
      on: (_: string, listener: Listener) => (joined = listener),
      pause: () => undefined,
      resume: () => undefined,
      paused: () => [],
    };
    this.pauses.follow(consumer as never, 'in');
    joined({ payload: { memberAssignment: { in: partitions } } });
  }
}

/** The same rules over plain lists, worked out anew for every record. */
class Model {
  private latest: boolean[] = [];
  private until: number | null = null;
  private position = 0;
  paused: { first: number; end: number } | null = null;

  constructor(private readonly limits: ErrorLimits) {}

  batch(errors: readonly boolean[]): boolean {
    const first = this.position;
    const end = first + errors.length;
    const all = [...this.latest, ...errors];
    const crosses = errors.some((_, index) => this.isReached(all.slice(0, this.latest.length + index + 1)));
    if (this.until === null && crosses) {
      this.paused = { first, end };
      return false;
    }
    this.latest = all;
    this.position = end;
    if (this.until !== null && end >= this.until && this.isCalm()) this.until = null;
    return true;
  }

  resume(): void {
    this.until = this.paused!.end;
    this.latest = [];
    this.paused = null;
  }

  private isReached(records: readonly boolean[]): boolean {
    const { percent, window, consecutive } = this.limits;
    const run = records.length - 1 - records.lastIndexOf(false);
    if (consecutive > 0 && run >= consecutive) return true;
    const inWindow = records.slice(-window);
    const errors = inWindow.filter((isError) => isError).length;
    return percent > 0 && errors / Math.max(inWindow.length, Math.ceil(window / 5)) >= percent / 100;
  }

  private isCalm(): boolean {
    const { latest } = this;
    const { window } = this.limits;
    if (latest.length < window || this.isReached(latest)) return false;
    const { consecutive } = this.limits;
    const ends = latest.map((_, index) => latest.slice(0, index + 1)).slice(-window);
    return ends.every((upTo) => {
      const run = upTo.length - 1 - upTo.lastIndexOf(false);
      return consecutive === 0 || run < consecutive;
    });
  }
}

const logged = { error: [] as string[], warn: [] as string[], log: [] as string[] };
beforeEach(() => {
  for (const level of ['error', 'warn', 'log'] as const) {
    logged[level] = [];
    jest.spyOn(Logger.prototype, level).mockImplementation((text: string) => void logged[level].push(text));
  }
});
afterEach(() => void jest.restoreAllMocks());

describe('the error limit', () => {
  it('decides as a plain model does, whatever the outcomes and wherever batches end', () => {
    const limits = fc.record({
      percent: fc.constantFrom(0, 10, 50, 90, 100),
      window: fc.integer({ min: 10, max: 25 }),
      consecutive: fc.constantFrom(0, 1, 3, 8),
    });
    const traffic = fc.array(
      fc.record({
        errors: fc.oneof(
          fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
          fc.array(fc.constant<boolean>(false), { minLength: 1, maxLength: 40 }),
          fc.array(fc.constant<boolean>(true), { minLength: 1, maxLength: 12 }),
        ),
        resumes: fc.boolean(),
      }),
      { maxLength: 30 },
    );
    let [paused, armedAgain] = [0, 0];
    fc.assert(
      fc.property(limits, traffic, (chosen, batches) => {
        const input = new Input(chosen);
        const model = new Model(chosen);
        for (const { errors, resumes } of batches) {
          if (model.paused !== null && resumes) {
            expect(input.limit.resume(0)?.offsets.first).toBe(model.paused.first);
            model.resume();
          }
          const expected = model.paused === null && model.batch(errors);
          expect(input.batch(errors.map((isError) => (isError ? BAD : GOOD)))).toBe(expected);
          if (!expected) paused++;
        }
        armedAgain += logged.log.splice(0).length;
      }),
      { numRuns: 2_000 },
    );
    expect(Math.min(paused, armedAgain)).toBeGreaterThan(50);
  });

  it('is off unless it is asked for, and then looks at nothing', () => {
    const input = new Input({});
    expect(input.limit.isOn).toBe(false);
    expect(input.batch(many(BAD, 1_000))).toBe(true);
    expect(input.limit.paused).toEqual([]);
  });

  it('holds a whole batch back, and says where, why, and what to do', () => {
    const input = new Input({ percent: 50 });
    expect(input.batch(many(GOOD, 10))).toBe(true);
    const types = ['not_json', 'invalid_fields', 'invalid_fields', 'invalid_fields', 'not_json'] as const;
    expect(input.batch([GOOD, ...types.map(rejected)])).toBe(false);
    expect(input.heldBack).toEqual([10]);
    expect(input.limit.paused).toEqual([
      {
        ...{ topic: 'in', partition: 0, since: expect.any(Number) },
        reason: '5 of the latest 10 records are in error (ERROR_LIMIT_PERCENT=50)',
        offsets: { first: 10, last: 15, reachedAt: 15 },
        batch: { records: 6, errors: 5 },
        errorTypes: [
          { errorType: 'invalid_fields', count: 3 },
          { errorType: 'not_json', count: 2 },
        ],
      },
    ]);
    expect(logged.error).toEqual([
      expect.stringMatching(
        /^in-0 is paused at offset 15: 5 of the latest 10 .*offsets 10–15 5 of 6 .*invalid_fields 3, not_json 2.*login-stream resume --partition 0$/,
      ),
    ]);
  });

  it('does not take one error of one record for a share of 100 percent', () => {
    const input = new Input({ percent: 100, window: 1_000 });
    expect(input.batch(many(BAD, 199))).toBe(true);
    expect(input.batch([BAD])).toBe(false);
  });

  it('pauses at so many errors in a row, over the borders of batches', () => {
    const input = new Input({ consecutive: 3 });
    expect(input.batch([BAD, BAD, GOOD, BAD])).toBe(true);
    expect(input.batch([BAD])).toBe(true);
    expect(input.batch([GOOD, BAD])).toBe(true);
    expect(input.batch([BAD, BAD])).toBe(false);
    expect(input.limit.paused[0].reason).toBe('3 records in a row are in error (ERROR_LIMIT_CONSECUTIVE=3)');
  });

  it('judges each partition by itself', () => {
    const input = new Input({ consecutive: 3 });
    expect(input.batch([BAD, BAD], 0)).toBe(true);
    expect(input.batch([BAD, BAD], 1)).toBe(true);
    expect(input.batch([BAD], 1)).toBe(false);
    expect(input.batch([GOOD], 0)).toBe(true);
    expect(input.limit.paused.map(({ partition }) => partition)).toEqual([1]);
  });

  it('counts a batch that was held back or could not be applied as if it had never come', () => {
    const input = new Input({ consecutive: 3 });
    const lease = { endOffset: 2 } as BatchLease;
    const records = [aRawRecord(), aRawRecord({ offset: '1' })];
    const never = () => input.limit.admit({ topic: 'in', partition: 0, records }, [BAD, BAD], lease);
    expect(never()).not.toBeNull();
    expect(never()).not.toBeNull();
    expect(input.batch([BAD, BAD])).toBe(true);
  });

  it('holds back what comes while a partition is paused, and counts and logs one pause', () => {
    const input = new Input({ consecutive: 1 });
    const onPause = jest.fn();
    input.limit.whenPaused(onPause);
    expect([input.batch([BAD]), input.batch([GOOD]), input.batch([BAD])]).toEqual([false, false, false]);
    expect(onPause).toHaveBeenCalledTimes(1);
    expect(logged.error).toHaveLength(1);
  });

  it('lets a resumed partition go on until a whole window is within the limit, and then holds again', () => {
    const input = new Input({ consecutive: 3 });
    expect(input.batch(many(BAD, 3))).toBe(false);
    expect(input.limit.resume(0)).toMatchObject({ partition: 0, offsets: { first: 0 } });
    expect(logged.warn).toEqual([expect.stringContaining('in-0 is resumed from offset 0')]);
    expect(input.batch(many(BAD, 50))).toBe(true);
    expect(input.batch(many(GOOD, 9))).toBe(true);
    expect(input.batch(many(BAD, 3))).toBe(true);
    expect(logged.log).toEqual([]);
    expect(input.batch(many(GOOD, 10))).toBe(true);
    expect(logged.log).toEqual([expect.stringContaining('in-0: the latest 10 records are within')]);
    expect(input.batch(many(BAD, 3))).toBe(false);
  });

  it('lets all pass that was held back, even if a whole window of it is good', () => {
    const input = new Input({ consecutive: 3 });
    expect(input.batch([...many(GOOD, 20), ...many(BAD, 3)])).toBe(false);
    input.limit.resume(0);
    expect(input.batch(many(GOOD, 20))).toBe(true);
    expect(input.batch(many(BAD, 3))).toBe(true);
  });

  it('has nothing to resume where nothing is paused', () => {
    const input = new Input({ consecutive: 3 });
    expect(input.limit.resume(0)).toBeNull();
    input.batch([GOOD]);
    expect(input.limit.resume(0)).toBeNull();
  });

  it('keeps a pause over a join, and forgets it when the partition goes to another instance', () => {
    const input = new Input({ consecutive: 2 });
    input.batch([BAD, BAD], 0);
    input.batch([BAD, BAD], 1);
    input.assign(1, 2);
    expect(input.limit.paused.map(({ partition }) => partition)).toEqual([1]);
    expect(logged.warn).toEqual([expect.stringContaining('in-0 is not this instance')]);
    input.assign(0, 1, 2);
    expect(input.batch([BAD], 0)).toBe(true);
    expect(input.batch([GOOD], 1)).toBe(false);
  });

  it('takes nothing over from a batch that is applied after its partition was given away', () => {
    const input = new Input({ consecutive: 2 });
    const batch = { topic: 'in', partition: 0, records: [aRawRecord()] };
    const late = input.limit.admit(batch, [BAD], { endOffset: 1 } as BatchLease)!;
    input.assign(1);
    late.accept();
    expect(input.batch([BAD])).toBe(true);
  });

  it('holds again when the log of a resumed partition begins anew', () => {
    const input = new Input({ consecutive: 2 });
    expect(input.batch(many(GOOD, 100))).toBe(true);
    expect(input.batch(many(BAD, 100))).toBe(false);
    input.limit.resume(0);
    const records = many(GOOD, 10).map((_, index) => aRawRecord({ offset: String(index) }));
    input.limit
      .admit({ topic: 'in', partition: 0, records }, many(GOOD, 10), { endOffset: 10 } as BatchLease)!
      .accept();
    expect(input.batch([BAD, BAD])).toBe(false);
  });
});
