import { Injectable } from '@nestjs/common';

/** The phase in which the stream flows; every other says what it waits for. */
export const RUNNING = 'running';

/** How far the process has come. The boot sets it, the probes read it. */
@Injectable()
export class Lifecycle {
  readonly startedAt = Date.now();
  phase = 'connecting to Kafka';
}
