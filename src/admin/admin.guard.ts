import {
  ForbiddenException,
  HttpException,
  HttpStatus,
  Injectable,
  Logger,
  UnauthorizedException,
} from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { createHash, timingSafeEqual } from 'node:crypto';
import { AdminSettings } from '../config/admin.settings.js';
import { addressOf, callOf, requestOf, responseOf } from './caller.js';
import type { HttpRequest } from './caller.js';
import { FailedAttempts } from './failed-attempts.js';

/** Lets only those through who know `ADMIN_TOKEN`. There are no cookies: a page elsewhere cannot borrow anybody's log-in. */
@Injectable()
export class AdminGuard implements CanActivate {
  private readonly logger = new Logger('Admin');
  /** Of equal length for every token, so that comparing takes the same time for all. */
  private readonly digest: Buffer | null;

  constructor(
    { token }: AdminSettings,
    private readonly attempts: FailedAttempts,
  ) {
    this.digest = token === undefined ? null : sha256(token);
  }

  canActivate(context: ExecutionContext): true {
    const request = requestOf(context);
    try {
      this.check(request, (name, value) => responseOf(context).setHeader(name, value));
    } catch (error) {
      const status = (error as HttpException).getStatus();
      this.logger.warn(`${callOf(request)} of ${addressOf(request)} was refused (${status})`);
      throw error;
    }
    return true;
  }

  private check(request: HttpRequest, setHeader: (name: string, value: string) => void): void {
    if (isForeign(request)) throw new ForbiddenException('Pages of other origins may not call this.');
    if (this.digest === null)
      throw new ForbiddenException(
        'Calls that change something are switched off: set ADMIN_TOKEN (or ADMIN_TOKEN_FILE) and restart the service.',
      );
    const address = addressOf(request);
    const wait = this.attempts.waitSeconds(address);
    if (wait > 0) {
      setHeader('Retry-After', String(wait));
      throw new HttpException(
        `Too many wrong tokens: try again in ${wait} seconds.`,
        HttpStatus.TOO_MANY_REQUESTS,
      );
    }
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token !== undefined && timingSafeEqual(sha256(token), this.digest)) return;
    this.attempts.failed(address);
    setHeader('WWW-Authenticate', 'Bearer realm="login-stream"');
    throw new UnauthorizedException(
      token === undefined
        ? 'This call needs the header "Authorization: Bearer <ADMIN_TOKEN>".'
        : 'The token is not that of this service (ADMIN_TOKEN).',
    );
  }
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A browser names the origin of the page that makes such a call; everything else sends none. */
function isForeign({ headers: { origin, host } }: HttpRequest): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
