import { StateDiverged } from '../state-diverged.error.js';

/** Redis cannot carry out what it is asked: calling it again would not help. */
export class ScriptFailed extends StateDiverged {
  constructor(override readonly cause: Error) {
    super(`Redis cannot carry out what it is asked: ${cause.message}`);
    this.name = 'ScriptFailed';
  }
}

/** Redis came back empty or older: it has not applied what is committed. Nothing was applied. */
export class StateBehind extends Error {
  /**
   * @param next first offset of the partition that is not applied; null when Redis knows nothing of the partition
   */
  constructor(
    readonly partition: number,
    readonly next: number | null,
  ) {
    const known = next === null ? 'knows nothing of it' : `has applied it up to offset ${next}`;
    super(`Redis is behind what is committed of partition ${partition}: it ${known}`);
    this.name = 'StateBehind';
  }
}

/**
 * Results of the batch's first records are kept: the batch is to be cut behind them, as summaries of other batches may have numbers
 * between theirs and those of the rest. Nothing was applied.
 */
export class PartlyApplied extends Error {
  /** @param next first offset of the batch that is not applied */
  constructor(
    partition: number,
    readonly next: number,
  ) {
    super(`Redis has applied partition ${partition} up to offset ${next}, in the middle of a batch`);
    this.name = 'PartlyApplied';
  }
}

/** Records were applied whose results are gone: somebody else has settled them, or offsets were set back. Nothing was applied. */
export class ResultsGone extends StateDiverged {
  constructor(
    readonly partition: number,
    readonly first: number,
    readonly keptFrom: number,
    readonly next: number,
  ) {
    super(
      `Redis has applied partition ${partition} up to offset ${next} and keeps results from offset ${keptFrom} on, ` +
        `but offset ${first} is asked for: another instance has gone on with the partition, its topic was made again, or its committed offset was set back`,
    );
    this.name = 'ResultsGone';
  }
}
