/** `up` is from the client to the broker. */
export type Direction = 'up' | 'down';
export type Directions = Direction | 'both';

/** What a test can tell connections apart by. */
export interface ConnectionInfo {
  /** 1 for the first connection that the proxy accepted, and so on. */
  readonly id: number;
  /** Of the newest Kafka request; null before the first. */
  readonly clientId: string | null;
  /** Of all Kafka requests so far. */
  readonly apiKeys: ReadonlySet<number>;
}

export type Match = (connection: ConnectionInfo) => boolean;

type Effect = { readonly kind: 'delay'; readonly ms: number } | { readonly kind: 'hold' | 'blackHole' };

export interface Rule {
  readonly effect: Effect;
  readonly directions: Directions;
  readonly match?: Match;
}

/** What happens to the bytes of one direction of one connection now. */
export interface ActiveFaults {
  delayMs: number;
  hold: boolean;
  blackHole: boolean;
}

/** The faults that are switched on. They are looked up anew for every piece, so they also meet later connections. */
export class FaultRules {
  private rules: Rule[] = [];

  constructor(private readonly changed: () => void) {}

  /** Returns a function that lifts the fault. */
  add(rule: Rule): () => void {
    this.rules.push(rule);
    this.changed();
    return () => this.keep((other) => other !== rule);
  }

  lift(kind: Effect['kind']): void {
    this.keep(({ effect }) => effect.kind !== kind);
  }

  clear(): void {
    this.keep(() => false);
  }

  /** Of several delays the newest one counts. */
  active(connection: ConnectionInfo, direction: Direction): ActiveFaults {
    const active: ActiveFaults = { delayMs: 0, hold: false, blackHole: false };
    for (const { effect, directions, match } of this.rules) {
      if (directions !== 'both' && directions !== direction) continue;
      if (match && !match(connection)) continue;
      if (effect.kind === 'delay') active.delayMs = effect.ms;
      else active[effect.kind] = true;
    }
    return active;
  }

  private keep(which: (rule: Rule) => boolean): void {
    this.rules = this.rules.filter(which);
    this.changed();
  }
}
