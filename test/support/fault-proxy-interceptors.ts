import type { RequestHeader } from './fault-proxy-kafka.js';

/** A request on its way to the broker. */
export interface KafkaRequest extends RequestHeader {
  /** Which connection it came by. */
  readonly connection: number;
  /** The whole request with its size in front, for a look into the body (`frame.includes('my-topic')`), or a change of some bytes. */
  readonly frame: Buffer;
}

/** What becomes of a connection whose response was swallowed. */
export type Aftermath = 'keep' | 'blackHole' | 'cut' | 'reset';

export interface ResponseMatch {
  readonly apiKey: number;
  readonly where?: (request: KafkaRequest) => boolean;
  readonly then?: Aftermath;
}

export type RequestHandler = (request: KafkaRequest) => void | Promise<void>;

interface Drop {
  readonly request: KafkaRequest;
  readonly then: Aftermath;
  readonly swallowed: (request: KafkaRequest) => void;
}

type ArmedDrop = Omit<Drop, 'request'> & { readonly match: ResponseMatch };

/** What tests want to see or spoil of single Kafka requests. */
export class Interceptors {
  private readonly handlers = new Set<{ readonly apiKey: number; readonly handle: RequestHandler }>();
  private armed: ArmedDrop[] = [];

  onRequest(apiKey: number, handle: RequestHandler): () => void {
    const entry = { apiKey, handle };
    this.handlers.add(entry);
    return () => void this.handlers.delete(entry);
  }

  dropNextResponse(match: ResponseMatch): Promise<KafkaRequest> {
    return new Promise((swallowed) => this.armed.push({ match, then: match.then ?? 'keep', swallowed }));
  }

  disarm(): void {
    this.armed = [];
  }

  /** Resolves when the request may go on; says what is to be done with its response. */
  async request(request: KafkaRequest): Promise<Drop | null> {
    for (const { apiKey, handle } of [...this.handlers]) {
      if (apiKey === request.apiKey) await handle(request);
    }
    const drop = this.armed.find(
      ({ match }) => match.apiKey === request.apiKey && (match.where?.(request) ?? true),
    );
    if (!drop) return null;
    this.armed = this.armed.filter((other) => other !== drop);
    return { request, then: drop.then, swallowed: drop.swallowed };
  }
}

export type { Drop };
