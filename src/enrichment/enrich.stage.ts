import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { StatePlan } from '../analytics/state-plan.js';
import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { sourcesOf } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import { LookupRunner } from './lookup-runner.js';
import type { BatchContext } from './processor.js';
import { compileLateRunner, compileRunner } from './processor-runner.js';
import type { LateRunner, ProcessorRunner } from './processor-runner.js';
import { ProcessorRegistry } from './processor.registry.js';
import type { ProcessorPlan } from './processor.registry.js';
import type { LookupProcessor } from './registered-processor.js';

/**
 * Adds what can be known from a login alone and from look-ups, to the login itself: a batch is not copied. Only the processors
 * that the profile's output or analytics need are run; a field without an origin stops the boot.
 */
@Injectable()
export class EnrichStage implements OnModuleInit {
  private processed!: CompiledPlan;
  private filtered!: CompiledPlan;
  private forState!: ProcessorRunner;
  /** What the store runs for each processed login when state is applied to it; null if there is nothing. */
  late!: LateRunner | null;

  constructor(
    private readonly registry: ProcessorRegistry,
    private readonly state: StatePlan,
    private readonly lookups: LookupRunner,
    @Inject(PROFILE) private readonly profile: Pick<Profile, 'filteredContent'>,
  ) {}

  onModuleInit(): void {
    const filtered = this.registry.planForFiltered(sourcesOf(this.profile.filteredContent));
    const plan = this.registry.plan([...this.state.outputFields, ...this.state.needs]);
    this.processed = compiled(plan);
    this.filtered = compiled(filtered);
    // What state reads comes from early processors: a look-up may answer otherwise the next time.
    this.forState = compileRunner(this.registry.plan([...this.state.needs, ...this.state.remembered]).early);
    this.late = plan.late.length === 0 ? null : compileLateRunner(plan.late);
  }

  /** Adds everything that a processed login needs before look-ups and state. */
  enrich(logins: readonly Login[], context: BatchContext): readonly EnrichedLogin[] {
    this.processed.early(logins, context);
    return logins as readonly EnrichedLogin[];
  }

  /** Adds what state alone needs, for logins whose outcomes are written already. */
  enrichForState(logins: readonly Login[], context: BatchContext): void {
    this.forState(logins, context);
  }

  /** Adds what is needed to write filtered logins, which is their privacy. */
  protect(logins: readonly Login[], context: BatchContext): readonly EnrichedLogin[] {
    this.filtered.early(logins, context);
    return logins as readonly EnrichedLogin[];
  }

  /** Whether batches have to go through {@link lookUp} before state is applied. */
  get looksUp(): boolean {
    return this.processed.lookups.length > 0 || this.filtered.lookups.length > 0;
  }

  /**
   * Asks every look-up once about the batch, then adds what is made of the answers. It may take long.
   *
   * @param enriched logins that went through {@link enrich}
   * @param hidden logins that went through {@link protect}
   * @throws the signal's reason: nothing is written any more from then on
   */
  async lookUp(
    enriched: readonly Login[],
    hidden: readonly Login[],
    context: BatchContext,
    signal: AbortSignal,
  ): Promise<void> {
    const { processed, filtered } = this;
    const all = new Set([...processed.lookups, ...filtered.lookups]);
    await Promise.all(
      [...all].map((lookup) => {
        const logins = [
          ...(processed.lookups.includes(lookup) ? enriched : []),
          ...(filtered.lookups.includes(lookup) ? hidden : []),
        ];
        return this.lookups.run(lookup, logins, context, signal);
      }),
    );
    signal.throwIfAborted();
    processed.joined(enriched, context);
    filtered.joined(hidden, context);
  }
}

interface CompiledPlan {
  readonly early: ProcessorRunner;
  readonly lookups: readonly LookupProcessor[];
  readonly joined: ProcessorRunner;
}

const compiled = ({ early, lookups, joined }: ProcessorPlan): CompiledPlan => ({
  early: compileRunner(early),
  lookups,
  joined: compileRunner(joined),
});
