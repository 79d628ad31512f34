import { isLoginField } from './processor-order.js';
import { isLookup, rememberedBy } from './registered-processor.js';
import type { LookupProcessor, RegisteredProcessor, SyncProcessor } from './registered-processor.js';

/**
 * When a processor runs. *early*: on what is received; *async*: a look-up on that, for the whole batch; *joined*: on what a look-up
 * has added; then state is applied; *late*: on what is remembered, or on what analytics or another late one has added.
 */
export type Phase = 'early' | 'async' | 'joined' | 'late';

type Phases = ReadonlyMap<RegisteredProcessor, Phase>;

interface Origins {
  readonly owners: ReadonlyMap<string, RegisteredProcessor>;
  readonly analytics: ReadonlySet<string>;
  readonly phases: Phases;
}

/** Objects have no value that could be compared, or remembered in 32 bits. */
const OBJECTS = new Set(['raw', 'unknown_fields', 'input']);

/**
 * The phase of each processor.
 *
 * @param ordered each after those that it needs
 * @throws Error when a look-up needs what comes after it, or something is remembered that no state may depend on
 */
export function phasesOf(
  ordered: readonly RegisteredProcessor[],
  owners: ReadonlyMap<string, RegisteredProcessor>,
  analytics: ReadonlySet<string>,
): Phases {
  const phases = new Map<RegisteredProcessor, Phase>();
  const origins = { owners, analytics, phases };
  for (const processor of ordered) {
    checkRemembered(processor, origins);
    phases.set(
      processor,
      isLookup(processor) ? lookupPhase(processor, origins) : syncPhase(processor, origins),
    );
  }
  return phases;
}

function syncPhase(processor: SyncProcessor, origins: Origins): Phase {
  const needs = processor.spec.needs.map((field) => originOf(field, origins));
  if (Object.keys(processor.state).length > 0 || needs.includes('analytics') || needs.includes('late'))
    return 'late';
  return needs.includes('async') || needs.includes('joined') ? 'joined' : 'early';
}

function lookupPhase({ name, spec }: LookupProcessor, origins: Origins): Phase {
  for (const field of spec.needs) {
    const origin = originOf(field, origins);
    if (origin === 'received' || origin === 'early') continue;
    const what = `${name} needs "${field}" of ${ownerOf(field, origins)}`;
    throw new Error(
      origin === 'async' || origin === 'joined'
        ? `${what}: look-ups run side by side, on what is known before any of them.`
        : `${what}, which is known when state is applied: look-ups run before.`,
    );
  }
  return 'async';
}

function checkRemembered(processor: RegisteredProcessor, origins: Origins): void {
  for (const field of rememberedBy(processor)) {
    const what = `${processor.name} remembers "${field}"`;
    if (OBJECTS.has(field)) throw new Error(`${what}, which is neither a text nor a number.`);
    const origin = originOf(field, origins);
    if (origin === 'received' || origin === 'early') continue;
    const owner = ownerOf(field, origins);
    throw new Error(
      origin === 'async' || origin === 'joined'
        ? `${what} of ${owner}: what look-ups say never becomes state.`
        : `${what} of ${owner}, which is known when state is applied: too late to be remembered.`,
    );
  }
}

function originOf(field: string, { owners, analytics, phases }: Origins): Phase | 'received' | 'analytics' {
  if (isLoginField(field)) return 'received';
  return analytics.has(field) ? 'analytics' : phases.get(owners.get(field)!)!; // in order of need: it is there
}

const ownerOf = (field: string, { owners }: Origins): string => owners.get(field)?.name ?? 'analytics';
