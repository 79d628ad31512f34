/** A record of the input topic as it lies there: the truth that everything is judged by. */
export interface Input {
  /** Of the message. A producer that was not answered may have written it twice. */
  readonly id: string;
  /** 0; 1 after the topic has been made again, and so on. */
  readonly life: number;
  readonly partition: number;
  readonly offset: number;
  /** Arrival, in milliseconds. */
  readonly arrival: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

export const placeOf = ({ life, partition, offset }: Input): string =>
  `${life > 0 ? `life ${life}, ` : ''}partition ${partition}, offset ${offset}`;

export const inOrder = (a: Input, b: Input): number =>
  a.life - b.life || a.partition - b.partition || a.offset - b.offset;
