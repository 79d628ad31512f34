import { Inject, Injectable } from '@nestjs/common';
import { AnalyticsSettings } from '../config/analytics.settings.js';
import { ProcessorRegistry } from '../enrichment/processor.registry.js';
import type { ProcessorPlan } from '../enrichment/processor.registry.js';
import type { StateHandle } from '../enrichment/state-handles.js';
import { sourceOf, sourcesOf } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { STATE_FIELDS } from './analytics-fields.js';
import { demandOf, processorFieldsFor } from './state-demand.js';
import type { StateDemand } from './state-demand.js';
import { SummaryCadence } from './summary/summary-cadence.js';
import { SUMMARY_FIELDS } from './summary/summary-fields.js';

/**
 * What has to be remembered, and for whom: by the profile's fields, its summaries, duplicates, and the processors that run. Worked
 * out at first use, because processors are found only when all modules are there.
 */
@Injectable()
export class StatePlan {
  private found: ProcessorPlan | undefined;
  /** Fields of a login that the records of processed logins are made of. */
  readonly outputFields: readonly string[];
  /** They are due when the store has counted so many records, whatever they say. */
  private readonly writesSummaries: boolean;
  /** Fields of a summary that are to be worked out; empty when nobody asks for summaries. */
  private readonly summaryFields: readonly string[];

  constructor(
    private readonly registry: ProcessorRegistry,
    @Inject(PROFILE) profile: Pick<Profile, 'processed' | 'filteredContent' | 'summaries'>,
    private readonly settings: AnalyticsSettings,
    { everyMessages, everySeconds }: SummaryCadence,
  ) {
    // A duplicate is written as a filtered record, and is found to be one only after it was enriched.
    const filtered = this.findsDuplicates ? sourcesOf(profile.filteredContent) : [];
    this.outputFields = [...new Set([...sourcesOf(profile.processed), ...filtered])];
    const summaries = everyMessages > 0 || everySeconds > 0 ? profile.summaries : null;
    this.writesSummaries = summaries !== null;
    this.summaryFields = (summaries?.fields ?? []).map(sourceOf).filter((field) => SUMMARY_FIELDS.has(field));
  }

  /** What a store has to do. */
  get demand(): StateDemand {
    const { analytics, late } = this.plan;
    return demandOf(
      [...analytics],
      this.summaryFields,
      late.flatMap(({ state }): StateHandle[] => Object.values(state)),
    );
  }

  /** The processors' fields that the store reads. */
  get needs(): readonly string[] {
    return processorFieldsFor(this.demand);
  }

  /** The fields whose values processors have remembered. */
  get remembered(): readonly string[] {
    return this.demand.handles.flatMap(({ spec }) => ('of' in spec ? [spec.of] : []));
  }

  /** Why there has to be a store: one phrase for each thing that cannot be without; none when nothing is remembered. */
  get reasons(): string[] {
    const { analytics, late } = this.plan;
    const inOutput = this.outputFields.filter((field) => analytics.has(field));
    const lateReasons = late.flatMap(({ name, spec, state }) => {
      const needs = spec.needs.filter((field) => (STATE_FIELDS as readonly string[]).includes(field));
      return [
        ...(Object.keys(state).length > 0 ? [`${name} remembers users or devices`] : []),
        ...(needs.length > 0 ? [`${name} needs ${quoted(needs)}`] : []),
      ];
    });
    return [
      ...(inOutput.length > 0 ? [`the output has ${quoted(inOutput)}`] : []),
      ...lateReasons,
      ...(this.writesSummaries
        ? ['summaries count (SUMMARY_EVERY_MESSAGES=0 and SUMMARY_EVERY_SECONDS=0 switch them off)']
        : []),
      ...(this.findsDuplicates ? ['duplicates are looked for (DEDUPE_SECONDS=0 switches it off)'] : []),
    ];
  }

  private get findsDuplicates(): boolean {
    return this.settings.dedupeSeconds > 0;
  }

  private get plan(): ProcessorPlan {
    return (this.found ??= this.registry.plan(this.outputFields));
  }
}

const quoted = (fields: readonly string[]): string => fields.map((field) => `"${field}"`).join(', ');
