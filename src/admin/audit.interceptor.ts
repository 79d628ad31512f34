import { HttpException, Injectable, Logger } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { tap } from 'rxjs';
import type { Observable } from 'rxjs';
import { addressOf, callOf, requestOf } from './caller.js';

/** A line in the log for each call that was let through: who, what, and what came of it. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger('Admin');

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = requestOf(context);
    const call = `${callOf(request)} of ${addressOf(request)}`;
    return next.handle().pipe(
      tap({
        next: () => this.logger.log(`${call}: done`),
        error: (error: unknown) =>
          this.logger.warn(`${call}: failed (${error instanceof HttpException ? error.getStatus() : 500})`),
      }),
    );
  }
}
