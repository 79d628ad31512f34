import { NestFactory } from '@nestjs/core';
import { effectiveSettings } from '../../config/effective-settings.js';
import type { Settings } from '../../config/settings.js';
import { ProcessorRegistry } from '../../enrichment/processor.registry.js';
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

/** Never ends: it is the only one that works on the batch. */
const LEASE: BatchLease = {
  epoch: 1,
  endOffset: 1,
  highWatermark: 1,
  isRunning: () => true,
  heartbeat: async () => undefined,
  commit: async () => undefined,
};

/** Sends one message through the service's own pipeline, as the first record of its topic, and notes what happens. */
export async function explain(settings: Settings, message: ExplainedMessage): Promise<Explanation> {
  let trace: Trace | undefined;
  const client: PipelineClient = {
    lastSummary: 0,
    claim: async () => null,
    publishOutcomes: async (_, { topics, settled }) => {
      trace!.written = topics;
      settled();
    },
  };
  const app = await NestFactory.createApplicationContext(ExplainModule.forRoot(settings, client), {
    logger: false,
    abortOnError: false,
  });
  try {
    trace = traceStages(app);
    const { key, value, arrival } = message;
    const record = { offset: '0', timestamp: String(arrival), key, value, headers: {} };
    const batch = { topic: settings.topic.input, partition: 0, records: [record] };
    await app.get(BatchPipeline).run(batch, LEASE);
    const stages = stageReports(trace, {
      processors: app.get(ProcessorRegistry).all(),
      settings: effectiveSettings(settings),
    });
    return {
      outcome: outcomeOf(stages),
      profile: settings.profile.profile,
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
