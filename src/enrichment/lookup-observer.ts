/** Why a look-up did not give its fields. `shape`: not one result for each login with exactly the declared fields. */
export type LookupFault = 'timeout' | 'error' | 'shape';

/** Is told what look-ups do; the metrics. */
export abstract class LookupObserver {
  /** @param seconds that one attempt took, whatever came of it */
  abstract lookedUp(processor: string, seconds: number): void;
  abstract lookupFailed(processor: string, reason: LookupFault): void;
}
