import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import type { KafkaRequest, RequestHandler, ResponseMatch } from './fault-proxy-interceptors.js';
import { Interceptors } from './fault-proxy-interceptors.js';
import type { RequestHeader } from './fault-proxy-kafka.js';
import { Link } from './fault-proxy-link.js';
import type { Directions, Match } from './fault-proxy-rules.js';
import { FaultRules } from './fault-proxy-rules.js';

export { ApiKey } from './fault-proxy-kafka.js';
export type { KafkaRequest } from './fault-proxy-interceptors.js';

export interface FaultProxyOptions {
  /** `host:port` of the broker. */
  readonly target: string;
  /**
   * Set it when it must be known beforehand; else any free one. Clients go where the broker's advertised address points,
   * and so does the broker itself: give the broker a listener of its own for the proxy, and advertise that one by the
   * proxy's address, or the broker's transaction markers meet the faults too.
   */
  readonly listenPort?: number;
  /** With `kafka` (the default) bytes are passed on, held and swallowed in whole frames; `raw` knows nothing of them. */
  readonly protocol?: 'kafka' | 'raw';
}

const HOST = '127.0.0.1';

/**
 * A TCP proxy between a client and a broker whose faults are switched on and off by a test. A fault without `match`
 * meets every connection, also those made later; the functions that switch one on return one that lifts it.
 */
export class FaultProxy {
  /** The header of every Kafka request that arrived, whatever became of it. */
  readonly requests: (RequestHeader & { readonly connection: number })[] = [];
  private readonly links = new Set<Link>();
  private readonly interceptors = new Interceptors();
  private readonly rules = new FaultRules(() => this.links.forEach((link) => link.wake()));
  private readonly errors: Error[] = [];
  private server: Server | null = null;
  private refusing = false;
  private accepted = 0;
  private swallowedByClosed = 0;
  private target: string;

  private constructor(
    private readonly options: FaultProxyOptions,
    private listenPort: number,
  ) {
    this.target = options.target;
  }

  static async start(options: FaultProxyOptions): Promise<FaultProxy> {
    const proxy = new FaultProxy(options, options.listenPort ?? 0);
    await proxy.listen();
    return proxy;
  }

  get port(): number {
    return this.listenPort;
  }

  get address(): string {
    return `${HOST}:${this.listenPort}`;
  }

  /** Connections that clients have open now. */
  get connections(): number {
    return [...this.links].filter((link) => link.clientOpen).length;
  }

  /** Bytes that black holes, dropped responses and dropped holds have swallowed: wait for it to grow. */
  get swallowedBytes(): number {
    return this.sumOfLanes('swallowedBytes') + this.swallowedByClosed;
  }

  /** Bytes that arrived and wait for a delay, a hold or a slow receiver. */
  get queuedBytes(): number {
    return this.sumOfLanes('queuedBytes');
  }

  /** Every piece is passed on so much after it arrived. The newest delay counts, so 0 ends an earlier one. */
  delay(ms: number, directions: Directions = 'both', match?: Match): () => void {
    return this.rules.add({ effect: { kind: 'delay', ms }, directions, match });
  }

  /**
   * Bytes disappear and the connection stays open, even if one side closes it. A connection that has lost bytes stays
   * dead in that direction when the fault is lifted; new connections are well again.
   */
  blackHole(directions: Directions = 'both', match?: Match): () => void {
    return this.rules.add({ effect: { kind: 'blackHole' }, directions, match });
  }

  /** Keeps bytes back until {@link release}. */
  hold(directions: Directions = 'both', match?: Match): () => void {
    return this.rules.add({ effect: { kind: 'hold' }, directions, match });
  }

  /** Ends all holds. What was held back is delivered in order, or dropped. */
  release({ drop = false } = {}): void {
    if (drop) this.links.forEach((link) => Object.values(link.lanes).forEach((lane) => lane.dropQueued()));
    this.rules.lift('hold');
  }

  /** Closes connections as a process that ends does. Says how many. */
  cut(match?: Match): number {
    return this.each(match, (link) => link.cut());
  }

  /** Closes connections with a TCP reset. Says how many. */
  reset(match?: Match): number {
    return this.each(match, (link) => link.reset());
  }

  /** New connections are accepted and closed at once, or (`stop-listening`) refused. Those that exist go on. */
  refuse(how: 'close' | 'stop-listening' = 'close'): void {
    this.refusing = true;
    if (how === 'stop-listening') this.stopListening();
  }

  /** New connections go to this `host:port`, as after a fail-over. Those that exist stay where they are. */
  redirect(target: string): void {
    this.target = target;
  }

  /** Ends {@link refuse}. */
  async accept(): Promise<void> {
    this.refusing = false;
    if (!this.server) await this.listen();
  }

  /** Calls `handler` before each such request goes to the broker; a promise stalls it and all behind it. */
  onRequest(apiKey: number, handler: RequestHandler): () => void {
    return this.interceptors.onRequest(apiKey, handler);
  }

  /**
   * The broker gets the next such request and answers it, but the client never sees the answer: the case in which it
   * cannot know what happened. Resolves with the request when the answer was swallowed.
   */
  dropNextResponse(match: ResponseMatch): Promise<KafkaRequest> {
    if (this.options.protocol === 'raw') throw new Error("There are no responses in protocol 'raw'.");
    return this.interceptors.dropNextResponse(match);
  }

  /** Ends every fault. Handlers of {@link onRequest} stay. */
  async heal(): Promise<void> {
    this.rules.clear();
    this.interceptors.disarm();
    await this.accept();
  }

  /** Rejects if a handler has thrown or the bytes were not Kafka's, which would otherwise only look like a fault. */
  async stop(): Promise<void> {
    this.stopListening();
    const closed = [...this.links].map((link) => link.closed);
    this.cut();
    await Promise.all(closed);
    if (this.errors.length > 0) throw new AggregateError(this.errors, this.errors[0].message);
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.connect(client));
    server.listen(this.listenPort, HOST);
    await once(server, 'listening');
    this.server = server;
    this.listenPort = (server.address() as AddressInfo).port;
  }

  private stopListening(): void {
    this.server?.close();
    this.server = null;
  }

  private connect(client: Socket): void {
    if (this.refusing) return void client.destroy();
    const { protocol = 'kafka' } = this.options;
    const { hostname, port } = new URL(`tcp://${this.target}`);
    const host = hostname.replace(/^\[|\]$/g, '');
    const broker = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    const link: Link = new Link(++this.accepted, client, broker, {
      rules: this.rules,
      interceptors: this.interceptors,
      protocol,
      requestSeen: (connection, header) => this.requests.push({ ...header, connection }),
      failed: (error) => this.errors.push(error),
    });
    this.links.add(link);
    void link.closed.then(() => {
      this.links.delete(link);
      for (const lane of Object.values(link.lanes)) this.swallowedByClosed += lane.swallowedBytes;
    });
  }

  private each(match: Match | undefined, action: (link: Link) => void): number {
    const links = [...this.links].filter((link) => !match || match(link));
    links.forEach(action);
    return links.length;
  }

  private sumOfLanes(what: 'swallowedBytes' | 'queuedBytes'): number {
    const lanes = [...this.links].flatMap((link) => Object.values(link.lanes));
    return lanes.reduce((sum, lane) => sum + lane[what], 0);
  }
}
