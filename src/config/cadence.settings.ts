import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

/** How often summaries, metrics records and reports are written. */
export class CadenceSettings {
  static readonly title = 'Summaries, metrics records and reports';

  /** Processed records; 0 = off. */
  @Setting(
    'SUMMARY_EVERY_MESSAGES',
    integer(0, 1_000_000_000),
    'A summary is written at every exact multiple of this many processed records, in the transaction of the batch that crosses it; 0 = off.',
  )
  readonly summaryEveryMessages: number = 1_000;

  /** Seconds; 0 = off. */
  @Setting(
    'SUMMARY_EVERY_SECONDS',
    integer(0, 86_400),
    'A summary is written this often if anything has changed, by the owner of input partition 0; 0 = off.',
  )
  readonly summaryEverySeconds: number = 10;

  /** Processed records; 0 = off. */
  @Setting(
    'REPORT_EVERY_MESSAGES',
    integer(0, 1_000_000_000),
    'Each instance logs throughput, latency, CPU, memory and errors at every exact multiple of this many records that it has processed; 0 = off.',
  )
  readonly reportEveryMessages: number = 0;

  /** Seconds; 0 = off. */
  @Setting(
    'METRICS_EVERY_SECONDS',
    integer(0, 86_400),
    'How often each instance writes a metrics record, in seconds; 0 = off.',
  )
  readonly metricsEverySeconds: number = 5;
}
