import { Logger } from '@nestjs/common';
import type { LogEntry } from 'kafkajs';
import { logLevel } from './kafkajs.js';

/**
 * What kafkajs logs as an error although it is the normal course of things: an answer that it, or we, act upon.
 * Retries of ours are said where they are made.
 */
const ROUTINE = /^Response |Limiting retries for the idempotent producer|^Failed to send messages/;

/** kafkajs tells of it in its log only. Test: offset-out-of-range.spec.ts. */
const OFFSET_RESET = 'Offset out of range, resetting to default offset';

/** Passes kafkajs's log on to the application's, without stacks: what matters is said again where it is handled. */
export function kafkaLog(onOffsetReset: (partition: number) => void): (entry: LogEntry) => void {
  const logger = new Logger('KafkaJS');
  return ({ namespace, level, log }) => {
    if (log.message === OFFSET_RESET) onOffsetReset(Number(log.partition));
    const detail = [log.groupId, log.broker, log.error].filter((part) => typeof part === 'string').join(' ');
    const text = `${namespace ? `[${namespace}] ` : ''}${log.message}${detail === '' ? '' : ` (${detail})`}`;
    if (level <= logLevel.WARN && !ROUTINE.test(log.message)) logger.warn(text);
    else logger.debug(text);
  };
}
