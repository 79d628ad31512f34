import { integer, oneOf, text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** Where the service keeps what it remembers. */
export class StateSettings {
  static readonly title = 'State';

  @Setting(
    'STATE_STORE',
    oneOf(['embedded', 'redis', 'none']),
    'Where the service keeps what it remembers: `embedded` in its own memory and in `STATE_DIR`, for one instance; `redis` in the Redis of `REDIS_URL`, which any number of instances share; `none` nowhere, for profiles that remember nothing: any number of instances can run then.',
  )
  readonly stateStore: 'embedded' | 'redis' | 'none' = 'embedded';

  @Setting(
    'STATE_DIR',
    text('a directory'),
    'Directory of the embedded state, for one consumer group on one cluster. A second instance with the same one waits until the first has ended, and takes over.',
  )
  readonly stateDir: string = '.data/state';

  @Setting(
    'STATE_RECOVERY',
    oneOf(['strict', 'lenient']),
    'What happens when state cannot be made exactly what it was (input gone, files damaged, offsets lost), at the start, and with `STATE_STORE=redis` whenever Redis lacks something: `strict` stops and says what is missing; `lenient` goes on without it, and says so.',
  )
  readonly stateRecovery: 'strict' | 'lenient' = 'strict';

  /** Seconds. */
  @Setting(
    'CHECKPOINT_EVERY_SECONDS',
    integer(1, 86_400),
    'How often the state is written to `STATE_DIR`, if it has changed. What came after the last time is read again from the input after a crash.',
  )
  readonly checkpointEverySeconds: number = 30;
}
