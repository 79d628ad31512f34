import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';
import { CadenceSettings } from '../config/cadence.settings.js';
import { TopicSettings } from '../config/topic.settings.js';
import { withDeadline } from '../kafka/deadline.js';
import { SideProducer } from '../kafka/side-producer.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { METRICS } from './metric-definitions.js';
import { MetricsRecorder } from './metrics-recorder.js';

const SEND_DEADLINE_MS = 10_000;
/** An orderly stop waits no longer for the last record, whatever Kafka does. */
const LAST_SEND_DEADLINE_MS = 1_000;

/**
 * Writes metrics records at their cadence while the instance is in its group, and a last one when it stops. What cannot be
 * written is dropped: the stream never waits for its metrics.
 */
@Injectable()
export class MetricsReporter {
  private readonly logger = new Logger('Metrics');
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  /** Records dropped since the last one that was written. */
  private droppedInARow = 0;

  constructor(
    @Inject(PROFILE) private readonly profile: Profile,
    private readonly cadence: CadenceSettings,
    private readonly topics: TopicSettings,
    private readonly recorder: MetricsRecorder,
    private readonly producer: SideProducer,
    @InjectMetric(METRICS.metricsRecordsDropped.name) private readonly dropped: Counter,
  ) {}

  /** Begins, unless settings or profile say that there are no metrics records. To be called when the group is joined. */
  start(): void {
    const seconds = this.cadence.metricsEverySeconds;
    if (this.timer !== null || seconds === 0 || this.topics.metrics === '' || !this.profile.metrics) return;
    this.recorder.start();
    this.timer = setInterval(() => this.report(), seconds * 1000).unref();
  }

  /** Writes the last record. Resolves within about a second, also when Kafka is away. Never rejects. */
  async stop(): Promise<void> {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    const last = Promise.resolve(this.sending).then(() => this.send(true, LAST_SEND_DEADLINE_MS));
    await withDeadline('The last metrics record', LAST_SEND_DEADLINE_MS, last).catch((error: Error) =>
      this.logger.warn(`No last metrics record: ${error.message}`),
    );
    this.recorder.stop();
    this.producer.close();
  }

  /** A window whose record would have to wait for the one before goes on. */
  private report(): void {
    this.sending ??= this.send(false, SEND_DEADLINE_MS).finally(() => (this.sending = null));
  }

  private async send(stopping: boolean, deadlineMs: number): Promise<void> {
    try {
      const record = this.recorder.next(stopping);
      await this.producer.send(this.topics.metrics, record.instance_id, JSON.stringify(record), deadlineMs);
      if (this.droppedInARow > 0)
        this.logger.log(`Metrics records are written again; ${this.droppedInARow} were dropped`);
      this.droppedInARow = 0;
    } catch (error) {
      this.dropped.inc();
      if (this.droppedInARow++ === 0)
        this.logger.warn(
          `Metrics records cannot be written to ${this.topics.metrics} and are dropped: ${(error as Error).message}`,
        );
    }
  }
}
