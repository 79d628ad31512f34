import type { BatchEntry, JournalEntry } from '../analytics/durable/journal-entry.js';
import { planRecovery } from './plan-recovery.js';
import type { Generation, PartitionFacts, RecoveryPlan } from './recovery-plan.js';

interface ModelLog {
  length: number;
  start: number;
  committed: number | null;
}

interface ModelState {
  /** Records as `partition:offset` and summaries, in the order in which they were counted. */
  counted: string[];
  next: Map<number, number>;
}

/** A checkpoint, if there is one, and the journal that begins with it. */
interface ModelFile {
  readonly id: number;
  readonly checkpoint: ModelState | null;
  readonly entries: JournalEntry[];
}

/** What is found broken at a start. */
export type Damage =
  | { readonly kind: 'none' | 'no newest checkpoint' | 'no checkpoint' | 'offsets lost' }
  | { readonly kind: 'journal cut'; readonly file: number; readonly kept: number }
  | { readonly kind: 'retention'; readonly partition: number; readonly start: number };

const copyOf = ({ counted, next }: ModelState): ModelState => ({
  counted: [...counted],
  next: new Map(next),
});

/** A service with the rules of the real one, on logs of numbered records, with a disk that a crash leaves as it is. */
export class ModelService {
  readonly logs: ModelLog[];
  state: ModelState = { counted: [], next: new Map() };
  /** Applied and not committed. */
  pending = new Map<number, { readonly from: number; readonly end: number }>();
  published: string[] = [];
  files: ModelFile[] = [{ id: 1, checkpoint: null, entries: [] }];
  private valid: number | null = null;
  private unsettled: ModelFile | null = null;
  private clock = 0;

  constructor(partitions: number) {
    this.logs = Array.from({ length: partitions }, () => ({ length: 0, start: 0, committed: null }));
  }

  append(partition: number, count: number): void {
    this.logs[partition].length += count;
  }

  batch(partition: number, most: number): void {
    const { length, committed, start } = this.logs[partition];
    const from = committed ?? start;
    const end = Math.min(from + most, length);
    if (this.pending.has(partition) || end <= from) return;
    this.count(partition, from, end);
    const last = { offset: end - 1, timestamp: 0, hi: partition, lo: end - 1 };
    this.note({ kind: 'batch', partition, from, end, now: ++this.clock, last });
    this.pending.set(partition, { from, end });
  }

  commit(partition: number): void {
    const batch = this.pending.get(partition);
    if (batch === undefined) return;
    this.pending.delete(partition);
    this.logs[partition].committed = batch.end;
    this.published.push(...recordsOf(partition, batch.from, batch.end));
    this.settle();
  }

  summary(): void {
    const now = ++this.clock;
    this.state.counted.push(`summary ${now}`);
    this.note({ kind: 'summary', now });
  }

  /** @param written false: a kill, or a full disk, came before the file was whole, and after its journal was begun */
  checkpoint(written: boolean): void {
    if (this.unsettled !== null) return;
    const checkpoint = written ? copyOf(this.state) : null;
    const file = { id: this.files.at(-1)!.id + 1, checkpoint, entries: [] };
    this.files.push(file);
    if (!written) return;
    this.unsettled = file;
    this.settle();
  }

  get generations(): Generation[] {
    return this.files
      .filter(({ checkpoint }) => checkpoint !== null)
      .map(({ id, checkpoint }) => ({
        id,
        positions: new Map(
          [...checkpoint!.next].map(([partition, next]) => [partition, { next, last: null }]),
        ),
        entries: this.files.filter((file) => file.id >= id).flatMap(({ entries }) => entries),
      }))
      .reverse();
  }

  get facts(): Map<number, PartitionFacts> {
    return new Map(
      this.logs.map(({ length, start, committed }, partition) => [
        partition,
        { committed, logStart: start, logEnd: length, isAnother: false },
      ]),
    );
  }

  /** Dies, and makes its state again as the plan says. What `STATE_RECOVERY=strict` refuses is accepted. */
  crash(damage: Damage): RecoveryPlan {
    this.suffer(damage);
    const { facts } = this;
    const plan = planRecovery(this.generations, facts);
    const from = this.files.find(({ id }) => id === plan.checkpoint)?.checkpoint;
    this.state = from ? copyOf(from) : { counted: [], next: new Map() };
    this.pending = new Map();
    for (const [partition, offset] of plan.offsetsToCommit) this.logs[partition].committed = offset;
    for (const step of plan.steps)
      if (step.kind === 'summary') this.state.counted.push(`summary ${step.now}`);
      else if (step.kind === 'batch') this.again(step.partition, step.range);
      else if (step.kind === 'unordered')
        step.ranges.forEach((range, partition) => this.again(partition, range));
      else throw new Error(`No history of this model has a ${step.kind}`);
    const { id } = this.files.at(-1)!;
    if (plan.checkpoint === null) this.files = [];
    this.files.push({ id: id + 1, checkpoint: null, entries: [] });
    this.valid = plan.checkpoint;
    this.unsettled = null;
    return plan;
  }

  /** Works off everything. */
  finish(): void {
    for (const partition of this.logs.keys()) {
      this.commit(partition);
      this.batch(partition, Infinity);
      this.commit(partition);
    }
  }

  get allRecords(): string[] {
    return this.logs.flatMap(({ length }, partition) => recordsOf(partition, 0, length));
  }

  private again(partition: number, { from, end }: { readonly from: number; readonly end: number }): void {
    this.count(partition, Math.max(from, this.logs[partition].start), end);
    if (end > (this.logs[partition].committed ?? -1)) {
      if (this.pending.has(partition))
        throw new Error(`Two batches of partition ${partition} wait to be committed`);
      this.pending.set(partition, { from, end });
    }
  }

  private suffer(damage: Damage): void {
    const isThere = ({ checkpoint }: ModelFile) => checkpoint !== null;
    switch (damage.kind) {
      case 'no newest checkpoint': {
        const newest = this.files.findLast(isThere);
        this.files = this.files.map((file) => (file === newest ? { ...file, checkpoint: null } : file));
        return;
      }
      case 'no checkpoint':
        this.files = this.files.map((file) => ({ ...file, checkpoint: null }));
        return;
      case 'offsets lost':
        for (const log of this.logs) log.committed = null;
        return;
      case 'journal cut':
        this.files[damage.file % this.files.length].entries.splice(damage.kept);
        return;
      case 'retention': {
        const log = this.logs[damage.partition % this.logs.length];
        log.start = Math.min(damage.start, log.length);
      }
    }
  }

  private count(partition: number, from: number, end: number): void {
    this.state.counted.push(...recordsOf(partition, from, end));
    this.state.next.set(partition, end);
  }

  private note(entry: JournalEntry): void {
    this.files.at(-1)!.entries.push(entry);
  }

  private settle(): void {
    const { unsettled } = this;
    if (unsettled === null) return;
    for (const [partition, next] of unsettled.checkpoint!.next)
      if ((this.logs[partition].committed ?? -1) < next) return;
    const keepFrom = this.valid ?? unsettled.id;
    this.files = this.files.filter(({ id }) => id >= keepFrom);
    this.valid = unsettled.id;
    this.unsettled = null;
  }
}

const recordsOf = (partition: number, from: number, end: number): string[] =>
  Array.from({ length: Math.max(0, end - from) }, (_, index) => `${partition}:${from + index}`);

/** A journal's entry for a batch, as short as it can be said. */
export const batchEntry = (partition: number, from: number, end: number): BatchEntry => ({
  ...{ kind: 'batch', partition, from, end, now: 0 },
  last: { offset: end - 1, timestamp: 0, hi: 0, lo: 0 },
});
