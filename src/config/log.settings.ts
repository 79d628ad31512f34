import { oneOf } from './rule.js';
import { Setting } from './setting.decorator.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What is logged, and how. */
export class LogSettings {
  static readonly title = 'Log';

  @Setting('LOG_LEVEL', oneOf(LOG_LEVELS), 'The least important messages that are logged.')
  readonly level: LogLevel = 'info';

  /** The loader makes the default `pretty` on a terminal. */
  @Setting(
    'LOG_FORMAT',
    oneOf(LOG_FORMATS),
    '`json` for machines, one object per line; `pretty` for people.',
    {
      defaultNote: '`pretty` on a terminal',
    },
  )
  readonly format: LogFormat = 'json';
}
