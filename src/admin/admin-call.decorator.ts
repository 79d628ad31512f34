import { applyDecorators, Header, UseGuards, UseInterceptors } from '@nestjs/common';
import { AdminGuard } from './admin.guard.js';
import { AuditInterceptor } from './audit.interceptor.js';

/**
 * For every route that changes something: only with `ADMIN_TOKEN`, and with a line in the log. The path is logged, so
 * personal data belongs into the body. The controller's module imports `AdminGuardModule`.
 */
export const AdminCall = (): MethodDecorator & ClassDecorator =>
  applyDecorators(
    UseGuards(AdminGuard),
    UseInterceptors(AuditInterceptor),
    Header('Cache-Control', 'no-store'),
  );
