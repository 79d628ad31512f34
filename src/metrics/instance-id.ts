import { hostname } from 'node:os';

/** Milliseconds since 1970. */
const startedAt = Math.round(Date.now() - process.uptime() * 1000);

/** Stable for the life of a process and no other one's: `<host name>-<process id>-<start in milliseconds, base 36>`. */
export const INSTANCE_ID = `${hostname()}-${process.pid}-${startedAt.toString(36)}`;
