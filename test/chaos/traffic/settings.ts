/**
 * What the traffic is made for: short times, so that windows end, sessions follow each other and copies come too late within
 * some thousand messages. Everything else has its default.
 */
export const RULES = {
  DEDUPE_SECONDS: 20,
  SESSION_GAP_SECONDS: 15,
  ANALYTICS_WINDOW_SECONDS: 45,
  MAX_MESSAGE_AGE_SECONDS: 120,
} as const;

/** So much later than the one before it each message arrives, by its own timestamp. */
export const ARRIVAL_STEP_MS = 20;
