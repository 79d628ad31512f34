import type { ExecutionContext } from '@nestjs/common';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as Express hands it on. */
export interface HttpRequest extends IncomingMessage {
  /** With the query, as it came. */
  readonly originalUrl: string;
}

const MOST_CHARACTERS = 200;

export const requestOf = (context: ExecutionContext): HttpRequest =>
  context.switchToHttp().getRequest<HttpRequest>();

export const responseOf = (context: ExecutionContext): ServerResponse =>
  context.switchToHttp().getResponse<ServerResponse>();

/** Who is at the other end of the connection: behind a proxy, the proxy. */
export const addressOf = ({ socket }: HttpRequest): string => socket.remoteAddress ?? 'unknown';

/** Method and path for the log: one line, of bounded length, without the query. */
export function callOf({ method, originalUrl }: HttpRequest): string {
  const [path] = originalUrl.split('?', 1);
  return `${method} ${path.replace(/[^\x21-\x7e]/g, '?').slice(0, MOST_CHARACTERS)}`;
}
