import type { GroupOffsets } from './group-offsets.js';

/** State that can be removed, wherever it is kept. */
export interface ResettableState {
  /** Whether removing it needs what the cluster says of the group, also if its offsets are kept. */
  readonly needsGroup: boolean;
  /** What the next start does when the offsets are kept, as sentences. */
  readonly afterwards: string;
  /** What would be removed, as a sentence. @throws CliError */
  describe(): Promise<string>;
  /** Does something while nobody can use it. @throws CliError that says who does */
  alone(work: () => Promise<void>): Promise<void>;
  /**
   * @param group is given when it is needed
   * @returns what was done, as a sentence
   * @throws CliError
   */
  remove(group: GroupOffsets | null): Promise<string>;
}
