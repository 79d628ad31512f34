import { Inject, Injectable } from '@nestjs/common';
import { CadenceSettings } from '../../config/cadence.settings.js';
import { TopicSettings } from '../../config/topic.settings.js';
import { PROFILE } from '../../profiles/profiles.js';
import type { Profile } from '../../profiles/profile.js';

/** When summaries are due; never, where the profile has none or their topic is off. */
@Injectable()
export class SummaryCadence {
  /** Processed records; 0 = off. */
  readonly everyMessages: number;
  /** 0 = off. */
  readonly everySeconds: number;

  constructor(@Inject(PROFILE) { summaries }: Profile, topics: TopicSettings, cadence: CadenceSettings) {
    const wanted = summaries !== null && topics[summaries.topic] !== '';
    this.everyMessages = wanted ? cadence.summaryEveryMessages : 0;
    this.everySeconds = wanted ? cadence.summaryEverySeconds : 0;
  }
}
