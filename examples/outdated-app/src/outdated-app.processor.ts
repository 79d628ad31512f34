import { LoginProcessor, recentValues } from 'login-stream/processor';
import type { Adds, Reads } from 'login-stream/processor';
import { lt } from 'semver';
import { OutdatedAppSettings } from './outdated-app.settings.js';

declare module 'login-stream/processor' {
  interface Enrichment {
    /** The app is older than `OUTDATED_BELOW`. */
    app_outdated: boolean;
    /** Within the window of this event the user also came with another version of the app. */
    several_app_versions: boolean;
  }
}

@LoginProcessor({
  needs: ['app_version'],
  adds: ['app_outdated', 'several_app_versions'],
  summary: 'Finds apps that are too old, and users with more than one version.',
})
export class OutdatedAppProcessor {
  /** What the service remembers for this processor, of each user. */
  readonly state;

  private readonly below: string;

  constructor({ below, windowSeconds }: OutdatedAppSettings) {
    this.below = below;
    this.state = { versions: recentValues({ per: 'user_id', of: 'app_version', keep: 2, windowSeconds }) };
  }

  process({ app_version }: Reads<'app_version'>, add: Adds<'app_outdated' | 'several_app_versions'>): void {
    add.app_outdated = lt(app_version, this.below);
    add.several_app_versions = this.state.versions.othersNear > 0;
  }
}
