import type { Logger } from '@nestjs/common';
import { Patience } from '../kafka/patience.js';

/** Waits for the cluster until the signal, and says so. */
export const patienceOf = (logger: Logger, signal: AbortSignal): Patience =>
  new Patience({
    limitMs: Infinity,
    signal,
    onWait: ({ message }) => logger.warn(`State cannot be recovered yet: ${message}. Trying again.`),
  });
