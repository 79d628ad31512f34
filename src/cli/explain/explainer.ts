import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { ProcessorFailed } from '../../enrichment/processor-failed.error.js';
import { ProcessorRegistry } from '../../enrichment/processor.registry.js';
import { CliError } from '../support/cli-error.js';
import type { BatchLease } from '../../pipeline/batch-lease.js';
import { BatchPipeline } from '../../pipeline/batch-pipeline.js';
import type { RawRecord } from '../../pipeline/raw-record.js';
import { ExplainModule } from './explain.module.js';
import type { PipelineClient } from './explain.module.js';
import { clearTrace, traceStages } from './trace.js';
import type { Trace } from './trace.js';

/** Nobody else works on the batch. It ends where the service would wait for a look-up to work again: this command does not. */
const leaseUntilStuck = ({ lookupFailures }: Trace): BatchLease => ({
  epoch: 1,
  endOffset: 1,
  highWatermark: 1,
  isRunning: () => true,
  heartbeat: async () => {
    const stuck = lookupFailures.find(({ lookup }) => lookup.rules.onFailure === 'wait');
    if (stuck !== undefined)
      throw new CliError(
        `${stuck.lookup.name} could not look it up: ${stuck.message}. The service would wait here, and try again until it works.`,
      );
  },
  commit: async () => undefined,
  pause: () => undefined,
});

/** Here nobody reads along but whoever sent the message: unlike the service's log, it may show all of the error. */
function sayWhatFailed(error: Error): never {
  const { cause } = error;
  if (!(cause instanceof ProcessorFailed)) throw error;
  const { stack = String(cause.cause) } = cause.cause as Partial<Error>;
  throw new CliError(`A processor failed, which would end the service: ${cause.message}\n${stack}`);
}

/** The service's own pipeline with nothing behind it, for messages that are to be explained. */
export class Explainer {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly topic: string,
    private readonly notes: Trace,
  ) {}

  static async open(settings: Settings, extensions: readonly LoadedExtension[]): Promise<Explainer> {
    const client: PipelineClient = {
      lastSummary: 0,
      claim: async () => null,
      publishOutcomes: async (_, { topics, settled }) => {
        notes.written = topics;
        settled();
      },
    };
    const app = await NestFactory.createApplicationContext(
      ExplainModule.forRoot(settings, client, extensions),
      {
        logger: false,
        abortOnError: false,
      },
    );
    const notes = traceStages(app);
    return new Explainer(app, settings.topic.input, notes);
  }

  get processors(): ProcessorRegistry {
    return this.app.get(ProcessorRegistry);
  }

  /**
   * Sends one record through the pipeline, as the first of its topic, and notes what happens.
   *
   * @returns the notes; they are those of the next record when that is sent
   */
  async trace(record: Omit<RawRecord, 'offset'>): Promise<Trace> {
    clearTrace(this.notes);
    const { timestamp, key, value, headers } = record;
    const records = [{ offset: '0', timestamp, key, value, headers }];
    const batch = { topic: this.topic, partition: 0, records };
    await this.app.get(BatchPipeline).run(batch, leaseUntilStuck(this.notes)).catch(sayWhatFailed);
    return this.notes;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}
