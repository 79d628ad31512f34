/** Lets none of a number of parties go on before all of them have come so far. */
export class Barrier {
  private readonly all: Promise<void>;
  private pass!: () => void;
  private reject!: (reason: unknown) => void;
  private missing: number;
  private broken = false;

  /** @param onPassed called when the last one has arrived, before any goes on */
  constructor(
    parties: number,
    private readonly onPassed: () => void,
  ) {
    this.missing = parties;
    this.all = new Promise((resolve, reject) => ([this.pass, this.reject] = [resolve, reject]));
    this.all.catch(() => undefined); // it may break before anybody waits
  }

  get isPassed(): boolean {
    return this.missing === 0 && !this.broken;
  }

  /** Resolves when all have arrived. @throws the reason for which one of them never will */
  arrive(): Promise<void> {
    this.missing--;
    if (this.isPassed) {
      this.onPassed();
      this.pass();
    }
    return this.all;
  }

  /** One of them will not arrive, or does not wait any more. Changes nothing when all have arrived. */
  break(reason: unknown): void {
    if (this.isPassed) return;
    this.broken = true;
    this.reject(reason);
  }
}
