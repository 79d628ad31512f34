import { readAll } from '../../support/kafka.js';
import type { ReadRecord } from '../../support/kafka.js';
import type { Records } from '../oracle/outcomes.js';

/** What `read_committed` readers see of the topics of a service, those that were deleted included. */
export class FinalRecords {
  private readonly kept: ReadRecord[] = [];

  constructor(
    private readonly broker: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** Before the output topic is deleted: what is in it counts. */
  async keepOutput(): Promise<void> {
    this.kept.push(...(await this.read(this.settings.OUTPUT_TOPIC)));
  }

  /** How many inputs the latest summary covers. */
  async covered(): Promise<unknown> {
    return (await this.read(this.settings.SUMMARY_TOPIC)).at(-1)?.json.total_received_count;
  }

  async all(): Promise<Records> {
    const { OUTPUT_TOPIC, FILTERED_TOPIC, ERROR_TOPIC, SUMMARY_TOPIC } = this.settings;
    return {
      processed: [...this.kept, ...(await this.read(OUTPUT_TOPIC))],
      filtered: await this.read(FILTERED_TOPIC),
      errors: await this.read(ERROR_TOPIC),
      summaries: await this.read(SUMMARY_TOPIC),
    };
  }

  private async read(topic: string | undefined): Promise<ReadRecord[]> {
    return topic === undefined ? [] : readAll(this.broker, topic);
  }
}
