import { STATE_FIELDS } from '../../analytics/analytics-fields.js';
import type { Phase } from '../../enrichment/processor-phases.js';
import type { ProcessorRegistry } from '../../enrichment/processor.registry.js';
import type { Login } from '../../pipeline/login.js';
import { Rejected } from '../../pipeline/outcome.js';
import type { Outcome } from '../../pipeline/outcome.js';
import { grouped } from '../support/quantities.js';
import { unknownFieldsOf } from '../../validation/unknown-fields.js';
import { analyticsNotes } from './analytics-notes.js';
import type { AddedFields, StageReport } from './explanation.js';
import { filterReport } from './filter-report.js';
import type { Trace } from './trace.js';

export interface ReportContext {
  readonly processors: Pick<ProcessorRegistry, 'all' | 'phaseOf'>;
  /** The settings in force by variable, secrets hidden. */
  readonly settings: Readonly<Record<string, string>>;
}

/** What the stages did, in the order of the data path. */
export function stageReports(trace: Trace, context: ReportContext): StageReport[] {
  const { decoded, validated, tooLarge, reason, enriched, protected: hidden, lookedUp, applied } = trace;
  const reports: StageReport[] = [];
  if (decoded !== undefined) reports.push(decodeReport(decoded));
  if (validated !== undefined)
    reports.push(validateReport(validated, decoded as Record<string, unknown>, context));
  if (tooLarge !== undefined) reports.push(sizeReport(tooLarge));
  if (reason !== undefined) reports.push(filterReport(validated as Login, reason, context.settings));
  if (enriched !== undefined)
    reports.push(addingReport('enrich', 'Processors add their fields.', enriched, context));
  if (hidden !== undefined)
    reports.push(
      addingReport(
        'protect',
        'Personal data is written in the filtered record as the settings for privacy say.',
        hidden,
        context,
      ),
    );
  if (lookedUp !== undefined) reports.push(lookupReport(lookedUp, trace.lookupFailures, context));
  if (applied !== undefined && enriched !== undefined)
    reports.push(analyticsReport(applied, enriched, context));
  return reports;
}

function failed(stage: StageReport['stage'], { errorType, violations }: Rejected): StageReport {
  const count = violations.length === 1 ? '1 rule is broken' : `${violations.length} rules are broken`;
  return { stage, result: 'failed', summary: `${errorType}: ${count}.`, violations };
}

function decodeReport(decoded: NonNullable<Trace['decoded']>): StageReport {
  if (decoded instanceof Rejected) return failed('decode', decoded);
  const fields = Object.keys(decoded).length;
  return {
    stage: 'decode',
    result: 'passed',
    summary: `UTF-8, and a JSON object with ${fields} ${fields === 1 ? 'field' : 'fields'}.`,
  };
}

function validateReport(
  validated: NonNullable<Trace['validated']>,
  content: Record<string, unknown>,
  { settings }: ReportContext,
): StageReport {
  if (validated instanceof Rejected) return failed('validate', validated);
  const unknown = Object.keys(unknownFieldsOf(content));
  return {
    stage: 'validate',
    result: 'passed',
    summary: `Keeps every rule; ${ageText(validated)}.`,
    ...(unknown.length > 0 && {
      notes: [
        `Not part of a login, and ${validated.unknown_fields === null ? 'left out' : 'kept'}: ${unknown.join(', ')}.`,
      ],
      settings: { UNKNOWN_FIELDS: settings.UNKNOWN_FIELDS },
    }),
  };
}

function ageText({ event_time, raw }: Login): string {
  const seconds = Number(raw.timestamp) / 1000 - event_time;
  const at = `the login is of ${new Date(event_time * 1000).toISOString()}`;
  return `${at}, ${grouped(Math.abs(seconds))} s ${seconds < 0 ? 'after' : 'before'} the arrival`;
}

function sizeReport(tooLarge: Rejected | null): StageReport {
  if (tooLarge !== null) return failed('size', tooLarge);
  return {
    stage: 'size',
    result: 'passed',
    summary: 'Its records fit into topics that take what brokers take unless told otherwise.',
  };
}

function addingReport(
  stage: 'enrich' | 'protect',
  summary: string,
  login: Login,
  context: ReportContext,
): StageReport {
  return { stage, result: 'passed', summary, adds: addedIn(['early'], login, context) };
}

function lookupReport(login: Login, failures: Trace['lookupFailures'], context: ReportContext): StageReport {
  return {
    stage: 'look-up',
    result: 'passed',
    summary: 'Look-ups are asked for real, each within its time limit.',
    adds: addedIn(['async', 'joined'], login, context),
    notes: failures.map(
      ({ lookup, message }) =>
        `${lookup.name} could not look it up: ${message}. These are its default values.`,
    ),
  };
}

/** What the processors of some phases have added. One that has run has written all of its fields. */
function addedIn(phases: readonly Phase[], login: Login, { processors }: ReportContext): AddedFields[] {
  return processors
    .all()
    .filter((processor) => phases.includes(processors.phaseOf(processor)))
    .filter(({ spec }) => spec.adds.length > 0 && spec.adds.every((field) => Object.hasOwn(login, field)))
    .map(({ name, spec }) => ({ by: name, fields: pick(login, spec.adds) }));
}

function analyticsReport(applied: Outcome, login: Login, context: ReportContext): StageReport {
  const fields = pick(login, STATE_FIELDS);
  return {
    stage: 'analyse',
    result: applied === login ? 'passed' : 'filtered',
    summary: 'As if this were the first login ever: the state of a running service is not looked at.',
    adds: [
      ...(Object.keys(fields).length === 0 ? [] : [{ by: 'analytics', fields }]),
      ...addedIn(['late'], login, context),
    ],
    ...analyticsNotes(fields, context.settings),
  };
}

function pick(object: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}
