import type { INestApplicationContext } from '@nestjs/common';
import { StateStore } from '../../analytics/state-store.js';
import { EnrichStage } from '../../enrichment/enrich.stage.js';
import { LookupRunner } from '../../enrichment/lookup-runner.js';
import type { LookupProcessor } from '../../enrichment/registered-processor.js';
import { FilterStage } from '../../filtering/filter.stage.js';
import { Decoder } from '../../ingest/decoder.js';
import type { TopicRecords } from '../../kafka/outgoing-record.js';
import type { Login } from '../../pipeline/login.js';
import type { FilterReason, Outcome, Rejected } from '../../pipeline/outcome.js';
import { SizeGuard } from '../../publishing/size-guard.js';
import { Validator } from '../../validation/validator.js';
import { watch } from './watch.js';

/** What each stage made of one message; undefined where it was not asked. */
export interface Trace {
  decoded?: Rejected | Record<string, unknown>;
  validated?: Rejected | Login;
  tooLarge?: Rejected | null;
  reason?: FilterReason | null;
  enriched?: Login;
  protected?: Login;
  /** After look-ups and what is made of them. */
  lookedUp?: Login;
  /** Look-ups that gave no answer, and why. */
  readonly lookupFailures: { readonly lookup: LookupProcessor; readonly message: string }[];
  /** The outcome after analytics. */
  applied?: Outcome;
  written: readonly TopicRecords[];
}

/** Notes what the stages of the application's pipeline do from now on. */
export function traceStages(app: INestApplicationContext): Trace {
  const trace: Trace = { written: [], lookupFailures: [] };
  watch(app.get(Decoder), 'decode', (result) => (trace.decoded = result));
  watch(app.get(Validator), 'validate', (result) => (trace.validated = result));
  watch(app.get(SizeGuard), 'check', (result) => (trace.tooLarge = result));
  watch(app.get(FilterStage), 'reason', (result) => (trace.reason = result));
  watch(app.get(EnrichStage), 'enrich', ([login]) => (trace.enriched = login));
  watch(app.get(EnrichStage), 'protect', ([login]) => (trace.protected = login));
  watch(app.get(EnrichStage), 'lookUp', (_, [[enriched], [hidden]]) => (trace.lookedUp = enriched ?? hidden));
  watch(app.get(LookupRunner), 'failed', (_, [lookup, { message }]) =>
    trace.lookupFailures.push({ lookup, message }),
  );
  watch(app.get(StateStore), 'apply', (_, [, outcomes]) => (trace.applied = outcomes[0]));
  return trace;
}

/** Forgets what was noted, before the next message. */
export function clearTrace(trace: Trace): void {
  trace.lookupFailures.length = 0;
  const nothing: Required<{ [Stage in Exclude<keyof Trace, 'lookupFailures'>]: Trace[Stage] }> = {
    decoded: undefined,
    validated: undefined,
    tooLarge: undefined,
    reason: undefined,
    enriched: undefined,
    protected: undefined,
    lookedUp: undefined,
    applied: undefined,
    written: [],
  };
  Object.assign(trace, nothing);
}
