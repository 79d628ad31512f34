import type { RedisOptions } from 'ioredis';
import { readFileSync } from 'node:fs';
import type { RedisSettings } from '../../config/redis.settings.js';

export const DEFAULT_PORT = 6_379;

/** How the client connects. Who the service is, and what it wants, it says by itself ({@link introduce}). */
export function optionsOf({ url, tlsCaFile, timeoutMs }: RedisSettings): RedisOptions {
  const { protocol, hostname, port } = new URL(url!);
  const host = hostname.replace(/^\[|\]$/g, '');
  return {
    host,
    port: port === '' ? DEFAULT_PORT : Number(port),
    tls:
      protocol === 'rediss:'
        ? { servername: host, ca: tlsCaFile === undefined ? undefined : readFileSync(tlsCaFile) }
        : undefined,
    protocol: 2 as const,
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    keepAlive: 10_000,
    // Of a connection that is given up: nobody may be there to close it.
    disconnectTimeout: 100,
    // Calls are repeated here, where it is known what may be repeated.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // It asks for what the user may not be allowed to see, and says nothing while data is read from disk.
    enableReadyCheck: false,
    disableClientInfo: true,
  };
}
