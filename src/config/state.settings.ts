import { oneOf } from './rule.js';
import { Setting } from './setting.decorator.js';

/** Where the service keeps what it remembers. */
export class StateSettings {
  static readonly title = 'State';

  @Setting(
    'STATE_STORE',
    oneOf(['embedded', 'none']),
    'Where the service keeps what it remembers: `embedded` in its own memory; `none` nowhere, for profiles that remember nothing: any number of instances can run then.',
  )
  readonly stateStore: 'embedded' | 'none' = 'embedded';
}
