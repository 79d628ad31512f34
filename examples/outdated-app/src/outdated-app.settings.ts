import { integer, Setting, text } from 'login-stream/processor';
import { valid } from 'semver';

export class OutdatedAppSettings {
  static readonly title = 'Outdated apps';

  @Setting(
    'OUTDATED_BELOW',
    text('a version such as 2.3.0', (version) => valid(version) !== null),
    'Apps with a lower version are outdated.',
  )
  readonly below: string = '2.3.0';

  /** Seconds. */
  @Setting(
    'OUTDATED_WINDOW_SECONDS',
    integer(0, 31_536_000),
    'How far apart logins of a user with several versions may be, in seconds; 0 is any distance.',
  )
  readonly windowSeconds: number = 604_800;
}
