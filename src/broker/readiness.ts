import { connect } from 'node:net';

/** Kafka's Metadata request: its API key, and the oldest version whose response begins with the brokers. */
const METADATA = 3;
const VERSION = 1;
const ATTEMPT_TIMEOUT_MS = 5_000;

/**
 * Asks the broker which brokers there are. It lists itself only once the controller has let it take part: from then on
 * topics can be created and records sent. Never rejects: what cannot be asked is not ready.
 *
 * @param port of 127.0.0.1
 */
export function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let response = Buffer.alloc(0);
    const finish = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(ATTEMPT_TIMEOUT_MS, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('close', () => finish(false));
    socket.on('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      response = Buffer.concat([response, chunk]);
      // Size, correlation id, number of brokers: 4 bytes each.
      if (response.length >= 12) finish(response.readInt32BE(8) > 0);
    });
  });
}

function metadataRequest(): Buffer {
  const request = Buffer.alloc(18);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(METADATA, 4);
  request.writeInt16BE(VERSION, 6);
  request.writeInt32BE(1, 8); // correlation id
  request.writeInt16BE(-1, 12); // no client id
  request.writeInt32BE(0, 14); // no topics
  return request;
}
