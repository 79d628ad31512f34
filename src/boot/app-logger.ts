import type { LoggerService } from '@nestjs/common';
import { pino } from 'pino';
import type { Logger as Pino } from 'pino';
import pretty from 'pino-pretty';
import type { LogSettings } from '../config/log.settings.js';

/** Where Nest tells how it puts the application together: of use only when that goes wrong. */
const ASSEMBLY = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'NestMicroservice',
  'RouterExplorer',
  'RoutesResolver',
]);

/** Nest's logger on pino: one line of JSON per entry, or readable lines on a terminal. */
export class AppLogger implements LoggerService {
  private readonly pino: Pino;

  constructor({ level, format }: Pick<LogSettings, 'level' | 'format'>) {
    const options = { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime };
    this.pino =
      format === 'pretty'
        ? pino(options, pretty({ ignore: 'context', messageFormat: '[{context}] {msg}', sync: true }))
        : pino(options, pino.destination({ fd: 1, sync: true }));
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write(ASSEMBLY.has(rest.at(-1) as string) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last and, with errors, a stack before it. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? (rest.at(-1) as string) : undefined;
    const stack = rest.length > 1 && typeof rest[0] === 'string' ? rest[0] : undefined;
    const text =
      message instanceof Error
        ? message.message
        : typeof message === 'string'
          ? message
          : JSON.stringify(message);
    this.pino[level]({ context, ...(stack !== undefined && { stack }) }, text);
  }
}
