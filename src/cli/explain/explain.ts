import { NestFactory } from '@nestjs/core';
import { effectiveSettings } from '../../config/effective-settings.js';
import type { Settings } from '../../config/settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { ProcessorFailed } from '../../enrichment/processor-failed.error.js';
import { ProcessorRegistry } from '../../enrichment/processor.registry.js';
import { profileName } from '../../profiles/active-profile.js';
import { CliError } from '../support/cli-error.js';
import type { BatchLease } from '../../pipeline/batch-lease.js';
import { BatchPipeline } from '../../pipeline/batch-pipeline.js';
import { ExplainModule } from './explain.module.js';
import type { PipelineClient } from './explain.module.js';
import type { Explanation, OutcomeName, StageReport } from './explanation.js';
import { recordReports } from './record-report.js';
import { stageReports } from './stage-reports.js';
import { traceStages } from './trace.js';
import type { Trace } from './trace.js';

export interface ExplainedMessage {
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** Milliseconds since 1970. */
  readonly arrival: number;
}

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
});

/** Here nobody reads along but whoever sent the message: unlike the service's log, it may show all of the error. */
function sayWhatFailed(error: Error): never {
  const { cause } = error;
  if (!(cause instanceof ProcessorFailed)) throw error;
  const { stack = String(cause.cause) } = cause.cause as Partial<Error>;
  throw new CliError(`A processor failed, which would end the service: ${cause.message}\n${stack}`);
}

/** Sends one message through the service's own pipeline, as the first record of its topic, and notes what happens. */
export async function explain(
  settings: Settings,
  message: ExplainedMessage,
  extensions: readonly LoadedExtension[] = [],
): Promise<Explanation> {
  let trace: Trace | undefined;
  const client: PipelineClient = {
    lastSummary: 0,
    claim: async () => null,
    publishOutcomes: async (_, { topics, settled }) => {
      trace!.written = topics;
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
  try {
    trace = traceStages(app);
    const { key, value, arrival } = message;
    const record = { offset: '0', timestamp: String(arrival), key, value, headers: {} };
    const batch = { topic: settings.topic.input, partition: 0, records: [record] };
    await app.get(BatchPipeline).run(batch, leaseUntilStuck(trace)).catch(sayWhatFailed);
    const stages = stageReports(trace, {
      processors: app.get(ProcessorRegistry),
      settings: effectiveSettings(settings),
    });
    return {
      outcome: outcomeOf(stages),
      profile: profileName(settings.profile),
      message: { bytes: value.length, arrival: new Date(arrival).toISOString() },
      stages,
      records: recordReports(trace.written),
    };
  } finally {
    await app.close();
  }
}

function outcomeOf(stages: readonly StageReport[]): OutcomeName {
  if (stages.some(({ result }) => result === 'failed')) return 'error';
  return stages.some(({ result }) => result === 'filtered') ? 'filtered' : 'processed';
}
