import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ANALYTICS_FIELDS, ANALYTICS_NEEDS } from '../analytics/state-store.js';
import type { EnrichedLogin, Login } from '../pipeline/login.js';
import { sourcesOf } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE } from '../profiles/profiles.js';
import type { BatchContext } from './processor.js';
import { compileRunner } from './processor-runner.js';
import type { ProcessorRunner } from './processor-runner.js';
import { ProcessorRegistry } from './processor.registry.js';

/**
 * Adds what can be known from a login alone, to the login itself: a batch is not copied. Only the processors that the
 * profile's output or analytics need are run; a field without an origin stops the boot.
 */
@Injectable()
export class EnrichStage implements OnModuleInit {
  private runForProcessed!: ProcessorRunner;
  private runForFiltered!: ProcessorRunner;

  constructor(
    private readonly registry: ProcessorRegistry,
    @Inject(PROFILE) private readonly profile: Profile,
  ) {}

  onModuleInit(): void {
    const { processed, filteredContent } = this.profile;
    this.runForProcessed = compileRunner(
      this.registry.plan([...sourcesOf(processed), ...ANALYTICS_NEEDS], ANALYTICS_FIELDS),
    );
    this.runForFiltered = compileRunner(this.registry.plan(sourcesOf(filteredContent)));
  }

  /** Adds everything that a processed login needs. */
  enrich(logins: readonly Login[], context: BatchContext): readonly EnrichedLogin[] {
    this.runForProcessed(logins, context);
    return logins as readonly EnrichedLogin[];
  }

  /** Adds what is needed to write filtered logins, which is their privacy. */
  protect(logins: readonly Login[], context: BatchContext): readonly EnrichedLogin[] {
    this.runForFiltered(logins, context);
    return logins as readonly EnrichedLogin[];
  }
}
