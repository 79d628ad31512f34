import type { GeneratedRecord } from './generated-record.js';
import type { Random } from './random.js';
import { uuidBytes } from './uuid.js';

const SHARE = 0.005;
const LONGEST_BURST = 3;
/** How many records back a copy may come from; few, so that it arrives while the first is still remembered. */
const REACH = 64;

/**
 * Sends records again, as producers do after a lost acknowledgement: one to three in a row, with identical bytes. Half
 * keep their key (the client library sent again), half have a new one (the application did) and so may land in
 * another partition. Only good records are repeated, so that each copy is a duplicate and nothing else.
 */
export class Redeliveries {
  private readonly recent: GeneratedRecord[] = [];
  private oldest = 0;
  private readonly pending: GeneratedRecord[] = [];

  constructor(private readonly random: Random) {}

  remember(record: GeneratedRecord): void {
    if (this.recent.length < REACH) {
      this.recent.push(record);
    } else {
      this.recent[this.oldest] = record;
      this.oldest = (this.oldest + 1) % REACH;
    }
  }

  /** A copy, when it is time for one. */
  next(): GeneratedRecord | undefined {
    // A burst has two records on average, so it starts half as often as a copy is due.
    if (this.pending.length === 0 && this.random.chance(SHARE / 2)) this.startBurst();
    return this.pending.shift();
  }

  private startBurst(): void {
    const length = Math.min(this.random.between(1, LONGEST_BURST), this.recent.length);
    const first = this.random.below(this.recent.length - length + 1);
    const sameKey = this.random.chance(0.5);
    for (let index = first; index < first + length; index++) {
      const record = this.recent[(this.oldest + index) % this.recent.length];
      this.pending.push({
        ...record,
        key: sameKey ? record.key : uuidBytes(this.random),
        kind: 'redelivered',
      });
    }
  }
}
