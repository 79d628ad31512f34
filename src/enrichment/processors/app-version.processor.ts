import { BoundedCache } from '../bounded-cache.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /** First number of `app_version`. */
    app_version_major: VersionNumber;
    /** Second number of `app_version`. */
    app_version_minor: VersionNumber;
    /** Third number of `app_version`. */
    app_version_patch: VersionNumber;
  }
}

/**
 * @integer
 * @minimum 0
 * @maximum 999999999
 */
type VersionNumber = number;

@LoginProcessor({
  needs: ['app_version'],
  adds: ['app_version_major', 'app_version_minor', 'app_version_patch'],
  summary: 'The three numbers of the app version.',
})
export class AppVersionProcessor {
  private readonly parts = new BoundedCache((version) => version.split('.').map(Number));

  process(
    { app_version }: Login,
    add: Adds<'app_version_major' | 'app_version_minor' | 'app_version_patch'>,
  ): void {
    const parts = this.parts.get(app_version);
    add.app_version_major = parts[0];
    add.app_version_minor = parts[1];
    add.app_version_patch = parts[2];
  }
}
