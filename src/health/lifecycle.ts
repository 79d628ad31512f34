import { Injectable } from '@nestjs/common';

export type Phase = 'connecting to Kafka' | 'preparing topics' | 'joining the group' | 'running' | 'stopping';

/** How far the process has come. The boot sets it, the probes read it. */
@Injectable()
export class Lifecycle {
  readonly startedAt = Date.now();
  phase: Phase = 'connecting to Kafka';
}
