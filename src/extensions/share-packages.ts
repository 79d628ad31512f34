import module from 'node:module';
import { resolve } from './resolve-hook.js';

/** Since Node.js 22.15; the other interface is deprecated since. */
interface SynchronousHooks {
  registerHooks(hooks: { resolve: typeof resolve }): void;
}

let shared = false;

/** Makes what is imported from now on share our packages. Costs some memory and time, so only who needs it calls it. */
export function sharePackages(): void {
  if (shared) return;
  shared = true;
  if (hasSynchronousHooks(module)) module.registerHooks({ resolve });
  else module.register('./resolve-hook.js', import.meta.url);
}

const hasSynchronousHooks = (hooks: object): hooks is SynchronousHooks => 'registerHooks' in hooks;
