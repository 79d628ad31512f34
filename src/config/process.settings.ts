import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

/** How the process ends. */
export class ProcessSettings {
  static readonly title = 'Process';

  /** Milliseconds. */
  @Setting(
    'SHUTDOWN_TIMEOUT_MS',
    integer(0, 600_000),
    'How long a stopping instance may take to finish its batches, in ms.',
  )
  readonly shutdownTimeoutMs: number = 10_000;
}
