/** The number of a message, which travels on with its outcome. */
export const ID_HEADER = 'x-chaos-id';

/** A message for the input topic. */
export interface ChaosRecord {
  readonly id: number;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Arrival, in milliseconds. */
  readonly timestamp: number;
}
