import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Peer, TestServer, until } from './fault-proxy-spec-peers.js';
import type { KafkaRequest } from './fault-proxy.js';
import { ApiKey, FaultProxy } from './fault-proxy.js';

function sized(...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
}

function request(apiKey: number, correlationId: number, body = '', clientId: string | null = 'test'): Buffer {
  const header = Buffer.alloc(10);
  header.writeInt16BE(apiKey, 0);
  header.writeInt16BE(7, 2);
  header.writeInt32BE(correlationId, 4);
  header.writeInt16BE(clientId === null ? -1 : clientId.length, 8);
  return sized(header, Buffer.from(clientId ?? ''), Buffer.from(body));
}

function response(correlationId: number): Buffer {
  const id = Buffer.alloc(4);
  id.writeInt32BE(correlationId);
  return sized(id, Buffer.from(`answer to ${correlationId}`));
}

/** Answers every complete frame by its correlation id, as a broker does. */
function answerFrames(arrived: Buffer): { reply: Buffer; used: number } {
  const size = arrived.length < 4 ? Infinity : 4 + arrived.readInt32BE(0);
  if (arrived.length < size) return { reply: Buffer.alloc(0), used: 0 };
  return { reply: response(arrived.readInt32BE(8)), used: size };
}

const answers = (...correlationIds: number[]) =>
  Buffer.concat(correlationIds.map(response)).toString('latin1');

describe('the fault proxy, with Kafka frames', () => {
  let server: TestServer;
  let proxy: FaultProxy;
  let client: Peer;

  beforeEach(async () => {
    server = await TestServer.start(answerFrames);
    proxy = await FaultProxy.start({ target: server.address });
    client = await Peer.connect(proxy.port);
    await client.exchange(request(ApiKey.Metadata, 1), answers(1));
  });

  afterEach(async () => {
    client.socket.destroy();
    await proxy.stop();
    await server.stop();
  });

  const brokerGot = (text: string) => server.peers[0].text.includes(text);

  it('passes frames on, however they are cut into packets', async () => {
    client.socket.setNoDelay(true);
    for (const byte of request(ApiKey.Fetch, 2, 'in pieces')) {
      client.send(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    await until(() => client.text === answers(1, 2));
    client.send(Buffer.concat([request(ApiKey.Fetch, 3), request(ApiKey.Fetch, 4)]));
    await until(() => client.text === answers(1, 2, 3, 4));
  });

  it('passes the rest of a frame on when the stream ends in the middle', async () => {
    client.socket.end(request(ApiKey.Fetch, 2, 'cut off').subarray(0, -3));
    await until(() => server.peers[0].ended);
    expect(brokerGot('cut ')).toBe(true);
  });

  it('keeps a log of the requests', async () => {
    await client.exchange(request(ApiKey.EndTxn, 2, '', 'payments'), answers(2));
    await client.exchange(request(ApiKey.Produce, 3, '', null), answers(3));
    expect(proxy.requests).toEqual([
      { connection: 1, apiKey: 3, apiVersion: 7, correlationId: 1, clientId: 'test' },
      { connection: 1, apiKey: 26, apiVersion: 7, correlationId: 2, clientId: 'payments' },
      { connection: 1, apiKey: 0, apiVersion: 7, correlationId: 3, clientId: null },
    ]);
  });

  it.each([
    ['Produce', ApiKey.Produce],
    ['EndTxn', ApiKey.EndTxn],
    ['TxnOffsetCommit', ApiKey.TxnOffsetCommit],
    ['AddPartitionsToTxn', ApiKey.AddPartitionsToTxn],
    ['InitProducerId', ApiKey.InitProducerId],
  ])(
    'swallows the response of the next %s, which the broker has answered, and no other',
    async (_, apiKey) => {
      const swallowed = proxy.dropNextResponse({ apiKey });
      client.send(
        Buffer.concat([request(ApiKey.Heartbeat, 2), request(apiKey, 3, 'mine'), request(apiKey, 4)]),
      );
      expect(await swallowed).toMatchObject({ apiKey, correlationId: 3, connection: 1 });
      await until(() => client.text === answers(1, 2, 4));
      expect(brokerGot('mine')).toBe(true);
      expect(proxy.swallowedBytes).toBe(response(3).length);
    },
  );

  it('swallows only a response whose request fits', async () => {
    const swallowed = proxy.dropNextResponse({
      apiKey: ApiKey.Produce,
      where: ({ frame }) => frame.includes('topic-b'),
    });
    client.send(request(ApiKey.Produce, 2, 'topic-a'));
    client.send(request(ApiKey.Produce, 3, 'topic-b'));
    expect((await swallowed).correlationId).toBe(3);
    client.send(request(ApiKey.Produce, 4, 'topic-b'));
    await until(() => client.text === answers(1, 2, 4));
  });

  it('swallows one response for each call', async () => {
    const both = [ApiKey.Produce, ApiKey.Produce].map((apiKey) => proxy.dropNextResponse({ apiKey }));
    client.send(Buffer.concat([2, 3, 4].map((id) => request(ApiKey.Produce, id))));
    expect((await Promise.all(both)).map(({ correlationId }) => correlationId)).toEqual([2, 3]);
    await until(() => client.text === answers(1, 4));
  });

  it('cuts the connection after the swallowed response when it is told to', async () => {
    const swallowed = proxy.dropNextResponse({ apiKey: ApiKey.EndTxn, then: 'cut' });
    client.send(request(ApiKey.EndTxn, 2));
    await swallowed;
    await until(() => client.ended);
    expect(client.text).toBe(answers(1));
  });

  it('resets the connection after the swallowed response when it is told to', async () => {
    client.send(request(ApiKey.EndTxn, 2));
    await until(() => client.text === answers(1, 2));
    const swallowed = proxy.dropNextResponse({ apiKey: ApiKey.EndTxn, then: 'reset' });
    client.send(request(ApiKey.EndTxn, 3));
    await swallowed;
    await until(() => client.closed);
    expect([client.error, client.text]).toEqual(['ECONNRESET', answers(1, 2)]);
  });

  it('makes a black hole of the connection after the swallowed response when it is told to', async () => {
    const swallowed = proxy.dropNextResponse({ apiKey: ApiKey.EndTxn, then: 'blackHole' });
    client.send(request(ApiKey.EndTxn, 2));
    await swallowed;
    const before = proxy.swallowedBytes;
    client.send(request(ApiKey.EndTxn, 3, 'after'));
    await until(() => proxy.swallowedBytes > before);
    expect([client.text, client.ended, brokerGot('after')]).toEqual([answers(1), false, false]);
  });

  it('drops nothing once all faults have ended', async () => {
    void proxy.dropNextResponse({ apiKey: ApiKey.Produce });
    await proxy.heal();
    await client.exchange(request(ApiKey.Produce, 2), answers(2));
  });

  it('shows each request before it reaches the broker, until it is told to stop', async () => {
    const seen: KafkaRequest[] = [];
    const stop = proxy.onRequest(ApiKey.Produce, (each) => {
      expect(brokerGot('watched')).toBe(false);
      seen.push(each);
    });
    await client.exchange(request(ApiKey.Fetch, 2), answers(2));
    await client.exchange(request(ApiKey.Produce, 3, 'watched'), answers(3));
    stop();
    await client.exchange(request(ApiKey.Produce, 4), answers(4));
    expect(seen.map(({ correlationId }) => correlationId)).toEqual([3]);
  });

  it('stalls a request, and those behind it on the same connection, as long as the handler takes', async () => {
    const stalled = new Promise<() => void>((resolve) => {
      proxy.onRequest(ApiKey.EndTxn, () => new Promise<void>((go) => resolve(go)));
    });
    client.send(Buffer.concat([request(ApiKey.EndTxn, 2, 'stalled'), request(ApiKey.Fetch, 3)]));
    const go = await stalled;
    const other = await Peer.connect(proxy.port);
    await other.exchange(request(ApiKey.Fetch, 9), answers(9));
    expect([client.text, brokerGot('stalled')]).toEqual([answers(1), false]);
    go();
    await until(() => client.text === answers(1, 2, 3));
    other.socket.destroy();
  });

  it('meets the very request with a fault that its handler switches on', async () => {
    proxy.onRequest(ApiKey.EndTxn, () => void proxy.blackHole('up'));
    client.send(request(ApiKey.EndTxn, 2, 'never'));
    await until(() => proxy.swallowedBytes > 0);
    expect(brokerGot('never')).toBe(false);
  });

  it('tells connections apart by client id and by what they have asked', async () => {
    const producer = await Peer.connect(proxy.port);
    await producer.exchange(request(ApiKey.InitProducerId, 1, '', 'producer'), answers(1));
    expect(proxy.cut(({ clientId }) => clientId === 'nobody')).toBe(0);
    expect(proxy.cut(({ clientId, apiKeys }) => clientId === 'producer' && apiKeys.has(22))).toBe(1);
    await until(() => producer.ended);
    await client.exchange(request(ApiKey.Fetch, 2), answers(2));
  });

  it('drops whole frames from a hold, so that the connection goes on', async () => {
    proxy.hold('down');
    client.send(request(ApiKey.Fetch, 2));
    await until(() => proxy.queuedBytes === response(2).length);
    proxy.release({ drop: true });
    await client.exchange(request(ApiKey.Fetch, 3), answers(3));
  });

  it('resets the connection of a handler that throws, and says so when it stops', async () => {
    proxy.onRequest(ApiKey.Produce, () => {
      throw new Error('not expected here');
    });
    client.send(request(ApiKey.Produce, 2));
    await until(() => client.closed);
    await expect(proxy.stop()).rejects.toThrow('not expected here');
    proxy = await FaultProxy.start({ target: server.address });
  });

  it("says when the bytes are not Kafka's", async () => {
    client.send('GET / HTTP/1.1\r\n\r\n');
    await until(() => client.closed);
    await expect(proxy.stop()).rejects.toThrow("protocol 'raw'");
    proxy = await FaultProxy.start({ target: server.address });
  });
});
