import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the ranges from which Linux (32768 up) and macOS (49152 up) take ports for outgoing connections. A
 * port from within them could be taken by any client while the broker is down, even by one of its own that
 * reconnects, and then the broker could not start again on its port.
 */
const LOWEST = 20_000;
const HIGHEST = 32_000;

/** Can a server listen on this port of 127.0.0.1 now? */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * A random port of 127.0.0.1 that is free now. Another process may take it before it is used: whoever
 * uses it must try again with another one then.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
}
