import type { Socket } from 'node:net';
import type { ActiveFaults } from './fault-proxy-rules.js';

/** Beyond this the sender has to wait, as it would for a slow receiver. */
const MOST_QUEUED_BYTES = 4 * 1024 * 1024;

/** Bytes that arrived, or the end of the stream (null): both go through the same faults, in order. */
interface Piece {
  readonly bytes: Buffer | null;
  readonly arrivedAt: number;
  admitted: boolean;
}

export interface LaneBehaviour {
  /** Cuts what arrives into pieces that are passed on or swallowed as a whole. */
  split(chunk: Buffer): Buffer[];
  /** What the splitter still holds at the end of the stream. */
  rest(): Buffer[];
  faults(): ActiveFaults;
  /** The last word before a piece is passed on: false swallows it. */
  admit(piece: Buffer): Promise<boolean>;
}

/** One direction of one connection. */
export class Lane {
  /** For good: once bytes are missing, what follows them would be garbage to the receiver. */
  blackHole = false;
  swallowedBytes = 0;
  queuedBytes = 0;
  private queue: Piece[] = [];
  private wakeUp: (() => void) | null = null;

  constructor(
    private readonly source: Socket,
    private readonly target: Socket,
    private readonly behaviour: LaneBehaviour,
  ) {
    target.on('drain', () => this.wake());
    target.on('close', () => this.wake());
  }

  /** Ends when the stream has ended or the target is gone. Rejects when the behaviour throws. */
  async run(): Promise<void> {
    const failed = new Promise<never>((_, reject) => {
      this.source.on('data', (chunk: Buffer) => {
        try {
          this.arrive(this.behaviour.split(chunk));
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    this.source.on('end', () => this.arrive([...this.behaviour.rest(), null]));
    await Promise.race([this.passOn(), failed]);
  }

  /** Looks at the faults again. */
  wake(): void {
    this.wakeUp?.();
  }

  /** Forgets what has arrived and was not yet passed on. */
  dropQueued(): void {
    const dropped = this.queue.filter(({ bytes }) => bytes);
    this.queue = this.queue.filter(({ bytes }) => !bytes);
    for (const piece of dropped) this.swallow(piece);
  }

  private arrive(pieces: (Buffer | null)[]): void {
    for (const bytes of pieces) {
      this.queue.push({ bytes, arrivedAt: performance.now(), admitted: false });
      this.queuedBytes += bytes?.length ?? 0;
    }
    if (this.queuedBytes > MOST_QUEUED_BYTES) this.source.pause();
    this.wake();
  }

  private async passOn(): Promise<void> {
    while (!this.target.destroyed || this.blackHole) {
      const piece = this.queue[0];
      const { delayMs, hold, blackHole } = this.behaviour.faults();
      if (!piece) {
        await this.sleep();
      } else if (blackHole || this.blackHole) {
        this.blackHole = true;
        this.queue.shift();
        this.swallow(piece);
      } else if (hold || this.target.writableNeedDrain) {
        await this.sleep();
      } else if (piece.arrivedAt + delayMs > performance.now()) {
        await this.sleep(piece.arrivedAt + delayMs - performance.now());
      } else if (piece.bytes && !piece.admitted) {
        await this.ask(piece, piece.bytes);
      } else {
        this.queue.shift();
        this.leave(piece);
        if (!piece.bytes) return void this.target.end();
        this.target.write(piece.bytes);
      }
    }
  }

  /** The piece stays in the queue meanwhile, so a fault that is switched on by the asked one meets it. */
  private async ask(piece: Piece, bytes: Buffer): Promise<void> {
    piece.admitted = await this.behaviour.admit(bytes);
    if (piece.admitted || this.queue[0] !== piece) return;
    this.queue.shift();
    this.swallow(piece);
  }

  private swallow(piece: Piece): void {
    this.leave(piece);
    this.swallowedBytes += piece.bytes?.length ?? 0;
  }

  private leave({ bytes }: Piece): void {
    this.queuedBytes -= bytes?.length ?? 0;
    if (this.source.isPaused() && this.queuedBytes <= MOST_QUEUED_BYTES) this.source.resume();
  }

  private sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(() => this.wake(), Math.ceil(ms));
      this.wakeUp = () => {
        clearTimeout(timer);
        this.wakeUp = null;
        resolve();
      };
    });
  }
}
