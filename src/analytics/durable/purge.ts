interface Round {
  readonly done: Promise<void>;
  readonly resolve: () => void;
}

/** Generations that have to go because somebody who is in them was erased, and who waits for that. */
export class Purge {
  private last = -1;
  private readonly rounds = new Map<number, Round>();

  /** Everything up to this generation has to go. Resolves when it is gone. */
  until(generation: number): Promise<void> {
    this.last = Math.max(this.last, generation);
    const round = this.rounds.get(generation) ?? newRound();
    this.rounds.set(generation, round);
    return round.done;
  }

  /** Whether something has to go as long as files are kept from this generation on. */
  wants(keptFrom: number): boolean {
    return keptFrom <= this.last;
  }

  /** All before this generation is gone. */
  gone(keptFrom: number): void {
    for (const [generation, { resolve }] of this.rounds) {
      if (generation >= keptFrom) continue;
      this.rounds.delete(generation);
      resolve();
    }
  }
}

function newRound(): Round {
  let resolve: () => void = () => undefined;
  const done = new Promise<void>((settle) => (resolve = settle));
  return { done, resolve };
}
