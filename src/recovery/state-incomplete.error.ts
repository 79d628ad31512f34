import { InvalidSettingsError } from '../config/invalid-settings.error.js';

/** State cannot be made what it was, and `STATE_RECOVERY=strict` does not go on with less. */
export class StateIncomplete extends InvalidSettingsError {
  constructor(losses: readonly string[]) {
    super([
      ...losses.map((loss) => `STATE_RECOVERY=strict does not accept this: ${loss}`),
      'To go on without what is missing, set STATE_RECOVERY=lenient for one start; to count everything anew, use: login-stream state reset',
    ]);
  }
}
