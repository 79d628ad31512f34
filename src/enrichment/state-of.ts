import { RecentTimes, RecentValues } from './state-handles.js';
import type { StateHandle } from './state-handles.js';

/**
 * The handles that a processor declares in its property `state`; without that property it remembers nothing.
 *
 * @throws Error when there is something else
 */
export function stateOf(name: string, { state }: { readonly state?: unknown }): Record<string, StateHandle> {
  if (state === undefined) return {};
  if (typeof state !== 'object' || state === null)
    throw new Error(
      `${name} has the property "state", which is for handles of what it remembers, and holds none.`,
    );
  for (const [key, handle] of Object.entries(state))
    if (!(handle instanceof RecentValues) && !(handle instanceof RecentTimes))
      throw new Error(
        `${name} has "${key}" in its state, which neither recentValues nor recentTimes has made.`,
      );
  return { ...state } as Record<string, StateHandle>;
}
