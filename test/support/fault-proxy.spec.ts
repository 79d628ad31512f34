import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { Peer, TestServer, until } from './fault-proxy-spec-peers.js';
import { FaultProxy } from './fault-proxy.js';

const echo = (arrived: Buffer) => ({ reply: arrived, used: arrived.length });
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the fault proxy, with any bytes', () => {
  let server: TestServer;
  let proxy: FaultProxy;
  let clients: Peer[];

  beforeEach(async () => {
    server = await TestServer.start(echo);
    proxy = await FaultProxy.start({ target: server.address, protocol: 'raw' });
    clients = [];
  });

  afterEach(async () => {
    for (const { socket } of clients) socket.destroy();
    await proxy.stop();
    await server.stop();
  });

  async function connect(): Promise<Peer> {
    const client = await Peer.connect(proxy.port);
    clients.push(client);
    return client;
  }

  /** A connection that has proved to work, and the server's end of it. */
  async function connectAndTalk(): Promise<[Peer, Peer]> {
    const client = await connect();
    await client.exchange('hello');
    return [client, server.peers[server.peers.length - 1]];
  }

  it('passes bytes on both ways and counts the open connections', async () => {
    const [first] = await connectAndTalk();
    await connectAndTalk();
    expect(proxy.connections).toBe(2);
    first.socket.destroy();
    await until(() => proxy.connections === 1);
  });

  it('listens on the port that was asked for', async () => {
    const { port } = proxy;
    await proxy.stop();
    proxy = await FaultProxy.start({ target: server.address, protocol: 'raw', listenPort: port });
    expect(proxy.address).toBe(`127.0.0.1:${port}`);
    await connectAndTalk();
  });

  it('passes the end of a stream on, and the answer after it', async () => {
    const [client, serverEnd] = await connectAndTalk();
    client.socket.end('bye');
    await until(() => client.closed);
    expect(client.text).toBe('hellobye');
    await until(() => serverEnd.closed);
    expect(serverEnd.error).toBeNull();
    await until(() => proxy.connections === 0);
  });

  it('closes the connection of a client when there is no broker', async () => {
    await server.stop();
    const client = await connect();
    await until(() => client.ended || client.closed);
    expect(client.text).toBe('');
    server = await TestServer.start(echo);
  });

  it('lets a fast sender wait for a slow receiver, and loses nothing', async () => {
    const [client] = await connectAndTalk();
    client.socket.pause();
    const bytes = randomBytes(32 * 1024 * 1024);
    client.send(bytes);
    await until(() => proxy.queuedBytes > 4 * 1024 * 1024);
    expect(proxy.queuedBytes).toBeLessThan(16 * 1024 * 1024);
    client.socket.resume();
    await until(() => client.receivedBytes === 5 + bytes.length);
    expect(sha256(client.received.subarray(5))).toBe(sha256(bytes));
  });

  it.each([
    ['up', 1],
    ['down', 1],
    ['both', 2],
  ] as const)('delays %s', async (directions, times) => {
    const [client] = await connectAndTalk();
    proxy.delay(60, directions);
    const start = performance.now();
    await client.exchange('late');
    expect(performance.now() - start).toBeGreaterThanOrEqual(60 * times - 1);
  });

  it('delays each piece from its arrival, so that what is sent together arrives together', async () => {
    const [client, serverEnd] = await connectAndTalk();
    proxy.delay(200, 'up');
    const start = performance.now();
    for (const digit of '0123456789') {
      const before = proxy.queuedBytes;
      client.send(digit);
      await until(() => proxy.queuedBytes > before || serverEnd.text.length > 5);
    }
    await until(() => serverEnd.text === 'hello0123456789');
    expect(performance.now() - start).toBeLessThan(2_000 * 0.8);
  });

  it.each([
    ['it is lifted', (lift: () => void) => lift()],
    ['a newer one is 0', () => proxy.delay(0)],
    ['all faults end', () => void proxy.heal()],
  ])('ends a delay, also for what waits already, when %s', async (_, end) => {
    const [client] = await connectAndTalk();
    const lift = proxy.delay(3_600_000);
    client.send('soon');
    await until(() => proxy.queuedBytes > 0);
    end(lift);
    await until(() => client.text === 'hellosoon');
  });

  it('cuts the connections that exist, not later ones', async () => {
    const [client, serverEnd] = await connectAndTalk();
    expect(proxy.cut()).toBe(1);
    await until(() => client.ended && serverEnd.closed);
    await connectAndTalk();
  });

  it('cuts only the connections that match', async () => {
    const [first] = await connectAndTalk();
    const [second] = await connectAndTalk();
    expect(proxy.cut(({ id }) => id === 1)).toBe(1);
    await until(() => first.ended);
    await second.exchange('still here');
  });

  it('resets connections, which both ends see as an error', async () => {
    const [client, serverEnd] = await connectAndTalk();
    expect(proxy.reset()).toBe(1);
    await until(() => client.closed && serverEnd.closed);
    expect([client.error, serverEnd.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  it('accepts and closes new connections while it refuses, and leaves the others alone', async () => {
    const [old] = await connectAndTalk();
    proxy.refuse();
    const client = await connect();
    await until(() => client.ended || client.closed);
    await old.exchange('still here');
    await proxy.accept();
    await connectAndTalk();
    expect(server.peers).toHaveLength(2);
  });

  it('refuses new connections when it stops listening, and accepts them at the same port later', async () => {
    const [old] = await connectAndTalk();
    proxy.refuse('stop-listening');
    await expect(Peer.connect(proxy.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await old.exchange('still here');
    await proxy.accept();
    await connectAndTalk();
  });

  it('swallows in a black hole upwards, for good on that connection, and is well again for new ones', async () => {
    const [client, serverEnd] = await connectAndTalk();
    const lift = proxy.blackHole('up');
    client.send('lost');
    await until(() => proxy.swallowedBytes === 4);
    lift();
    client.send('too');
    await until(() => proxy.swallowedBytes === 7);
    await connectAndTalk();
    expect([serverEnd.text, serverEnd.closed, client.closed]).toEqual(['hello', false, false]);
    serverEnd.send('downwards');
    await until(() => client.text === 'hellodownwards');
  });

  it('swallows in a black hole downwards what the broker answers', async () => {
    const [client, serverEnd] = await connectAndTalk();
    proxy.blackHole('down');
    client.send('lost');
    await until(() => proxy.swallowedBytes === 4);
    expect([serverEnd.text, client.text, client.ended]).toEqual(['hellolost', 'hello', false]);
  });

  it('leaves a connection alone that lost nothing before the black hole was lifted', async () => {
    const [client] = await connectAndTalk();
    proxy.blackHole()();
    await client.exchange('fine');
  });

  it.each([
    ['ends', (socket: Peer['socket']) => socket.end()],
    ['breaks', (socket: Peer['socket']) => socket.resetAndDestroy()],
  ])('hides in a black hole from the broker that the client %s', async (_, leave) => {
    const [client, serverEnd] = await connectAndTalk();
    const [other] = await connectAndTalk();
    proxy.blackHole('up', ({ id }) => id === 1);
    client.send('lost');
    await until(() => proxy.swallowedBytes === 4);
    leave(client.socket);
    await other.exchange('a round trip that comes later');
    expect([serverEnd.text, serverEnd.ended, serverEnd.closed]).toEqual(['hello', false, false]);
  });

  it('holds bytes back and delivers them in order on release', async () => {
    const [client] = await connectAndTalk();
    proxy.hold('down');
    client.send('one ');
    await until(() => proxy.queuedBytes === 4);
    client.send('two');
    await until(() => proxy.queuedBytes === 7);
    expect(client.text).toBe('hello');
    proxy.release();
    await until(() => client.text === 'helloone two');
  });

  it('drops on release what it held back when it is told to, and the connection goes on', async () => {
    const [client, serverEnd] = await connectAndTalk();
    proxy.hold('up');
    client.send('dropped');
    await until(() => proxy.queuedBytes === 7);
    proxy.release({ drop: true });
    await client.exchange('next');
    expect(serverEnd.text).toBe('hellonext');
    expect(proxy.swallowedBytes).toBe(7);
  });

  it('holds back the end of a stream too', async () => {
    const [client, serverEnd] = await connectAndTalk();
    proxy.hold('up');
    client.socket.end('last words');
    await until(() => proxy.queuedBytes === 10);
    expect(serverEnd.ended).toBe(false);
    proxy.release();
    await until(() => serverEnd.ended);
    expect(serverEnd.text).toBe('hellolast words');
  });

  it('meets later connections with a fault that is on, and only those that match', async () => {
    proxy.hold('up', ({ id }) => id === 2);
    await connectAndTalk();
    const second = await connect();
    second.send('held');
    await until(() => proxy.queuedBytes === 4);
    await connectAndTalk();
    expect(second.text).toBe('');
  });

  it('does not know of responses to drop', () => {
    expect(() => proxy.dropNextResponse({ apiKey: 0 })).toThrow('raw');
  });
});
