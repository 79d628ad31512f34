import { EX_CONFIG } from '../../config/invalid-settings.error.js';

/** What the commands exit with. Each command's help lists those that it uses. */
export const EXIT = {
  ok: 0,
  /** Also of wrong usage: an unknown option, a missing argument. */
  failure: 1,
  /** `explain`: the message would be filtered. */
  filtered: 3,
  /** `explain`: the message would go to the error topic. */
  error: 4,
  settings: EX_CONFIG,
} as const;
