import type { Socket } from 'node:net';
import type { Aftermath, Drop, Interceptors, KafkaRequest } from './fault-proxy-interceptors.js';
import type { RequestHeader } from './fault-proxy-kafka.js';
import { KafkaFrames, readCorrelationId, readRequestHeader } from './fault-proxy-kafka.js';
import type { LaneBehaviour } from './fault-proxy-lane.js';
import { Lane } from './fault-proxy-lane.js';
import type { ConnectionInfo, Direction, FaultRules } from './fault-proxy-rules.js';

export interface LinkHost {
  readonly rules: FaultRules;
  readonly interceptors: Interceptors;
  readonly protocol: 'kafka' | 'raw';
  requestSeen(connection: number, header: RequestHeader): void;
  failed(error: Error): void;
}

/** A client's connection and the one to the broker that was opened for it. */
export class Link implements ConnectionInfo {
  clientId: string | null = null;
  readonly apiKeys = new Set<number>();
  readonly lanes: Record<Direction, Lane>;
  /** Resolves when both sockets are closed. */
  readonly closed: Promise<unknown>;
  private readonly drops = new Map<number, Drop>();

  constructor(
    readonly id: number,
    private readonly client: Socket,
    private readonly broker: Socket,
    private readonly host: LinkHost,
  ) {
    this.lanes = {
      up: new Lane(client, broker, this.behaviour('up')),
      down: new Lane(broker, client, this.behaviour('down')),
    };
    this.closed = Promise.all([this.follow(client, broker, 'up'), this.follow(broker, client, 'down')]);
    for (const lane of Object.values(this.lanes)) {
      lane.run().catch((error: Error) => {
        host.failed(error);
        this.reset();
      });
    }
  }

  get clientOpen(): boolean {
    return !this.client.destroyed;
  }

  wake(): void {
    for (const lane of Object.values(this.lanes)) lane.wake();
  }

  cut(): void {
    this.client.destroy();
    this.broker.destroy();
  }

  reset(): void {
    this.client.resetAndDestroy();
    this.broker.resetAndDestroy();
  }

  blackHole(): void {
    for (const lane of Object.values(this.lanes)) lane.blackHole = true;
    this.wake();
  }

  /** A socket that breaks takes the other one with it, unless a black hole hides that from the other side. */
  private follow(socket: Socket, other: Socket, direction: Direction): Promise<void> {
    socket.on('error', () => {
      const hidden = this.lanes[direction].blackHole || this.host.rules.active(this, direction).blackHole;
      if (!hidden) other.destroy();
    });
    return new Promise((resolve) => socket.on('close', () => resolve()));
  }

  private behaviour(direction: Direction): LaneBehaviour {
    const faults = () => this.host.rules.active(this, direction);
    if (this.host.protocol === 'raw') {
      return { faults, split: (chunk) => [chunk], rest: () => [], admit: () => Promise.resolve(true) };
    }
    const frames = new KafkaFrames();
    const up = direction === 'up';
    return {
      faults,
      split: (chunk) => {
        const complete = frames.push(chunk);
        if (up) complete.forEach((frame) => this.note(frame));
        return complete;
      },
      rest: () => frames.rest(),
      admit: (frame) => (up ? this.admitRequest(frame) : Promise.resolve(this.admitResponse(frame))),
    };
  }

  /** A request counts as seen when it arrives, even if a fault keeps it from the broker. */
  private note(frame: Buffer): void {
    const header = readRequestHeader(frame);
    if (!header) return;
    this.clientId = header.clientId;
    this.apiKeys.add(header.apiKey);
    this.host.requestSeen(this.id, header);
  }

  private async admitRequest(frame: Buffer): Promise<boolean> {
    const header = readRequestHeader(frame);
    if (!header) return true;
    const request: KafkaRequest = { ...header, connection: this.id, frame };
    const drop = await this.host.interceptors.request(request);
    if (drop) this.drops.set(header.correlationId, drop);
    return true;
  }

  private admitResponse(frame: Buffer): boolean {
    const correlationId = readCorrelationId(frame);
    const drop = correlationId === null ? undefined : this.drops.get(correlationId);
    if (!drop) return true;
    this.drops.delete(drop.request.correlationId);
    this.aftermath(drop.then);
    drop.swallowed(drop.request);
    return false;
  }

  private aftermath(then: Aftermath): void {
    if (then !== 'keep') this[then]();
  }
}
