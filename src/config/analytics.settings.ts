import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

/** What the service remembers between logins. */
export class AnalyticsSettings {
  static readonly title = 'Analytics';

  @Setting(
    'MAP_LIMIT',
    integer(1, 1_000_000),
    'How many keys each count by value (version, locale, device type) has; further ones share `other`.',
  )
  readonly mapLimit: number = 1_000;
}
