import { CommittedByAnother } from './committed-by-another.error.js';
import type { Committed } from './pending-outcomes.js';

/** How far a partition is committed, as its lane knows it. */
export class LanePosition {
  /** Next input offset that has no settled outcome; null when nothing was ever committed. */
  offset: number | null = null;
  /** Sequence number of the last summary that is committed with an offset of this partition. */
  summary = 0;
  /** Committed, but of a log that is no more: it says nothing of the records that are there now. */
  private formerOffset: number | null = null;
  /** Offset of the latest commit that was tried. */
  private tried: number | null = null;
  /** Only this process may commit anything: see {@link startAlone}. */
  private alone = false;

  /** @param group of which offsets are committed */
  constructor(
    private readonly name: string,
    private readonly group: string,
  ) {}

  get committed(): Committed | null {
    const { offset, summary } = this;
    return offset === null ? null : { offset, summary };
  }

  /**
   * Whatever is committed from now on, other than by this process, is in no state of it.
   *
   * @param committed what is, as far as state knows; null when nothing
   */
  startAlone(committed: number | null): void {
    this.alone = true;
    this.offset = committed;
  }

  /** To be called before a commit: whether it was done may stay unknown. */
  trying(offset: number): void {
    this.tried = offset;
  }

  /** A commit is done. */
  adopt({ offset, summary }: Committed): void {
    this.offset = offset;
    this.summary = summary;
    this.formerOffset = null;
  }

  /**
   * Takes over what the group has committed, by whomever.
   *
   * @returns null when that says nothing of the log that is there now
   * @throws CommittedByAnother when only this process may commit, and somebody else has
   */
  read(committed: Committed | null): Committed | null {
    this.assertOwn(committed);
    const isCurrent = committed !== null && committed.offset !== this.formerOffset;
    this.offset = isCurrent ? committed.offset : null;
    if (!isCurrent) return null;
    this.summary = committed.summary;
    return committed;
  }

  /** The log was deleted and made again, or truncated: nothing of it is committed. */
  renew(): void {
    this.formerOffset = this.offset;
    this.offset = null;
  }

  private assertOwn(committed: Committed | null): void {
    if (!this.alone || committed === null) return; // gone with the partition's former log
    const { offset } = committed;
    if (offset !== this.offset && offset !== this.tried && offset !== this.formerOffset)
      throw new CommittedByAnother(this.group, this.name, offset, this.offset);
  }
}
