import { InvalidSettingsError } from '../config/invalid-settings.error.js';

const WAYS_OUT =
  'To go on without what is missing, set STATE_RECOVERY=lenient for one start; to count everything anew, use: login-stream state reset';
const WAY_OUT_WITHOUT_OFFSETS =
  'To go on without what is missing, set STATE_RECOVERY=lenient for one start; login-stream state reset would forget how far the group has come, and every outcome would be written again';

/** State cannot be made what it was, and `STATE_RECOVERY=strict` does not go on with less. */
export class StateIncomplete extends InvalidSettingsError {
  /** @param areOffsetsGone the group has lost committed offsets, and only the state knows them */
  constructor(losses: readonly string[], areOffsetsGone = false) {
    super([
      ...losses.map((loss) => `STATE_RECOVERY=strict does not accept this: ${loss}`),
      areOffsetsGone ? WAY_OUT_WITHOUT_OFFSETS : WAYS_OUT,
    ]);
  }
}
