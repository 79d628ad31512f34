import { STATE_FORMAT } from './lua/prelude.js';
import type { StoreLayout } from './store-layout.js';

/** What a state says of itself. */
export interface StateKind {
  readonly format: string;
  readonly layoutId: string;
  /** As JSON: what is kept, and of what. */
  readonly layout: string;
  /** Id of the cluster whose offsets it knows; empty: not known yet. */
  readonly cluster: string;
}

/** Why a state is not what these settings want, as the end of a sentence; null: it is. */
export function whyUnusable(
  { format, layoutId, layout }: Omit<StateKind, 'cluster'>,
  wanted: StoreLayout,
): string | null {
  if (format !== String(STATE_FORMAT)) return `has format ${format}, and this version needs ${STATE_FORMAT}`;
  if (layoutId === wanted.id) return null;
  return `is of another kind: ${differences(layoutOf(layout), wanted.facts).join('; ')}`;
}

/** What is kept, and of what, in words. */
export function layoutOf(layout: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(layout) as Record<string, unknown>;
  } catch {
    return {}; // somebody else has written it
  }
}

function differences(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (name) => before[name] !== now[name],
  );
  return names.map((name) => `${name} was ${wordOf(before[name])} and is ${wordOf(now[name])}`);
}

const wordOf = (value: unknown): string => (value === undefined ? 'not known' : JSON.stringify(value));
