import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { closest, distance } from 'fastest-levenshtein';
import { STATE_FIELDS } from '../analytics/analytics-fields.js';
import { lookupMetadata } from './batch-lookup.js';
import { checkDeclaration } from './check-declaration.js';
import { checkRules } from './lookup-rules.js';
import { processorMetadata } from './processor.js';
import { dependenciesOf, fieldOwners, inOrderOfNeed, isLoginField } from './processor-order.js';
import { phasesOf } from './processor-phases.js';
import type { Phase } from './processor-phases.js';
import { isLookup } from './registered-processor.js';
import type { LookupProcessor, RegisteredProcessor, SyncProcessor } from './registered-processor.js';
import { stateOf } from './state-of.js';

/** The processors that some fields need, each phase in an order in which they can run. */
export interface ProcessorPlan {
  readonly early: readonly SyncProcessor[];
  readonly lookups: readonly LookupProcessor[];
  readonly joined: readonly SyncProcessor[];
  readonly late: readonly SyncProcessor[];
  /** The fields of analytics among them, and those that the processors need. */
  readonly analytics: ReadonlySet<string>;
}

const ANALYTICS: ReadonlySet<string> = new Set(STATE_FIELDS);

/**
 * Knows every processor of the application, whichever module provides it, in an order in which they can run.
 * A set of processors that cannot work stops the boot with a sentence that names both sides.
 */
@Injectable()
export class ProcessorRegistry implements OnModuleInit {
  private processors: readonly RegisteredProcessor[] | undefined;
  private owners: ReadonlyMap<string, RegisteredProcessor> = new Map();
  private phases: ReadonlyMap<RegisteredProcessor, Phase> = new Map();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    this.all();
  }

  /** Found at first use, because the order in which modules are initialised is not ours. */
  all(): readonly RegisteredProcessor[] {
    if (this.processors === undefined) {
      const found = this.discover();
      this.owners = fieldOwners(found, ANALYTICS);
      const ordered = inOrderOfNeed(found, this.owners, ANALYTICS);
      this.phases = phasesOf(ordered, this.owners, ANALYTICS);
      this.processors = ordered;
    }
    return this.processors;
  }

  phaseOf(processor: RegisteredProcessor): Phase {
    this.all();
    return this.phases.get(processor)!;
  }

  /** The processors that the fields need, directly or through others; the rest do not run. */
  plan(fields: readonly string[]): ProcessorPlan {
    const all = this.all();
    const wanted = new Set<RegisteredProcessor>();
    const analytics = new Set<string>();
    const require = (field: string): void => {
      if (ANALYTICS.has(field)) analytics.add(field);
      const owner = this.owners.get(field);
      if (owner === undefined || wanted.has(owner)) return;
      wanted.add(owner);
      dependenciesOf(owner).forEach((dependency) => require(dependency.field));
    };
    const strange = fields.filter(
      (field) => !this.owners.has(field) && !isLoginField(field) && !ANALYTICS.has(field),
    );
    if (strange.length > 0)
      throw new InvalidSettingsError(
        strange.map(
          (field) =>
            `The output has the field "${field}", which no processor or analytics adds and no login has.${this.suggestion(field)}`,
        ),
      );
    fields.forEach(require);
    const running = all.filter((processor) => wanted.has(processor));
    const inPhase = (phase: Phase) =>
      running.filter((processor): processor is SyncProcessor => this.phases.get(processor) === phase);
    const [early, joined, late] = [inPhase('early'), inPhase('joined'), inPhase('late')];
    return { early, lookups: running.filter(isLookup), joined, late, analytics };
  }

  /**
   * The same for the content of filtered records, which state is not applied to.
   *
   * @throws Error when a field is known of processed logins only
   */
  planForFiltered(fields: readonly string[]): ProcessorPlan {
    const plan = this.plan(fields);
    for (const field of fields) {
      const owner = ANALYTICS.has(field) ? 'analytics' : plan.late.find(({ spec }) => spec.adds.includes(field))?.name; // prettier-ignore
      if (owner !== undefined)
        throw new InvalidSettingsError([
          `The filtered record has the field "${field}" of ${owner}, which is known of processed logins only.`,
        ]);
    }
    return plan;
  }

  /** The known field that was meant, if one is near. */
  private suggestion(field: string): string {
    const near = closest(field, [...this.owners.keys(), ...ANALYTICS]);
    return distance(field, near) <= Math.max(1, field.length / 3) ? ` Did you mean "${near}"?` : '';
  }

  private discover(): RegisteredProcessor[] {
    const found = new Map<object, RegisteredProcessor>();
    for (const wrapper of this.discovery.getProviders()) {
      const type = wrapper.instance?.constructor ?? wrapper.metatype;
      if (typeof type !== 'function') continue;
      const spec = this.discovery.getMetadataByDecorator(processorMetadata, wrapper);
      const lookup = this.discovery.getMetadataByDecorator(lookupMetadata, wrapper);
      if (spec === undefined && lookup === undefined) continue;
      if (wrapper.isTransient || !wrapper.isDependencyTreeStatic()) {
        throw new Error(
          `${type.name} is a processor, so it and what it injects must have the default scope.`,
        );
      }
      const { instance } = wrapper;
      checkDeclaration(type.name, spec ?? lookup!, instance, lookup === undefined ? 'process' : 'lookUp');
      if (lookup !== undefined) checkRules(type.name, lookup.adds, lookup);
      // Keyed by instance: an alias (`useExisting`) is not a second processor.
      found.set(
        instance,
        lookup === undefined
          ? { name: type.name, spec: spec!, instance, state: stateOf(type.name, instance) }
          : { name: type.name, spec: lookup, instance, rules: lookup },
      );
    }
    return [...found.values()];
  }
}
