import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

const PATIENCE_MS = 20_000;

/** Waits for a condition that other events bring about. Polls often: what is awaited here takes no time to come. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** One end of a connection, and all that it has seen. */
export class Peer {
  receivedBytes = 0;
  ended = false;
  closed = false;
  error: string | null = null;

  private readonly chunks: Buffer[] = [];

  constructor(readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.receivedBytes += chunk.length;
    });
    socket.on('end', () => (this.ended = true));
    socket.on('close', () => (this.closed = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code ?? error.message));
  }

  static async connect(port: number): Promise<Peer> {
    const peer = new Peer(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
    await once(peer.socket, 'connect');
    return peer;
  }

  get received(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.received.toString('latin1');
  }

  send(bytes: string | Buffer): void {
    this.socket.write(bytes);
  }

  /** Sends, and waits until exactly this answer has arrived on top of what was there. */
  async exchange(bytes: string | Buffer, answer = String(bytes)): Promise<void> {
    const expected = this.text + answer;
    this.send(bytes);
    await until(() => this.text === expected);
  }
}

/** A broker's stand-in: `answer` makes the reply to whatever has arrived, and says how many bytes it used. */
export class TestServer {
  readonly peers: Peer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(answer: (arrived: Buffer) => { reply: Buffer; used: number }): Promise<TestServer> {
    const server = createServer();
    const testServer = new TestServer(server);
    server.on('connection', (socket) => {
      testServer.peers.push(new Peer(socket));
      let arrived = Buffer.alloc(0);
      socket.on('data', (chunk: Buffer) => {
        arrived = Buffer.concat([arrived, chunk]);
        for (let next = answer(arrived); next.used > 0; next = answer(arrived)) {
          arrived = arrived.subarray(next.used);
          socket.write(next.reply);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return testServer;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const { socket } of this.peers) socket.destroy();
    await closed;
  }
}
