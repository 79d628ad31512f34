import { Module } from '@nestjs/common';
import { AdminGuard } from './admin.guard.js';
import { FailedAttempts } from './failed-attempts.js';

/** What `AdminCall` needs. Failed attempts are counted for all routes together. */
@Module({
  providers: [AdminGuard, FailedAttempts],
  exports: [AdminGuard, FailedAttempts],
})
export class AdminGuardModule {}
