import type { Login } from '../pipeline/login.js';
import { rememberedBy } from './registered-processor.js';
import type { RegisteredProcessor } from './registered-processor.js';

/** A record, so that the compiler notices when `Login` gets another field. */
const LOGIN_FIELDS: Readonly<Record<keyof Login, true>> = {
  raw: true,
  user_id: true,
  app_version: true,
  device_type: true,
  ip: true,
  locale: true,
  device_id: true,
  timestamp: true,
  event_time: true,
  unknown_fields: true,
  input: true,
};

export const isLoginField = (field: string): boolean => Object.hasOwn(LOGIN_FIELDS, field);

type Owners = ReadonlyMap<string, RegisteredProcessor>;
type Fields = ReadonlySet<string>;

/** Who adds which field. Throws when a field has two origins. */
export function fieldOwners(processors: readonly RegisteredProcessor[], analytics: Fields): Owners {
  const owners = new Map<string, RegisteredProcessor>();
  for (const processor of processors) {
    for (const field of processor.spec.adds) {
      const other = owners.get(field)?.name ?? (analytics.has(field) ? 'Analytics' : undefined);
      if (other !== undefined) throw new Error(`${other} and ${processor.name} both add "${field}".`);
      if (isLoginField(field)) {
        throw new Error(`${processor.name} adds "${field}", which every login has as received.`);
      }
      owners.set(field, processor);
    }
  }
  return owners;
}

/** A field that a processor cannot do without, and why. */
interface Dependency {
  readonly verb: 'needs' | 'remembers';
  readonly field: string;
}

interface Step extends Dependency {
  readonly processor: RegisteredProcessor;
}

/**
 * Puts every processor after those that it needs; otherwise the given order stays. Throws on a need that nothing
 * satisfies and on a circle of needs.
 */
export function inOrderOfNeed(
  processors: readonly RegisteredProcessor[],
  owners: Owners,
  analytics: Fields,
): RegisteredProcessor[] {
  const sorted = new Set<RegisteredProcessor>();
  const path: Step[] = [];

  const visit = (processor: RegisteredProcessor): void => {
    if (sorted.has(processor)) return;
    const start = path.findIndex((step) => step.processor === processor);
    if (start >= 0) throw new Error(circle(path.slice(start), owners));
    for (const { verb, field } of dependenciesOf(processor)) {
      if (isLoginField(field) || analytics.has(field)) continue;
      const owner = owners.get(field);
      if (owner === undefined) {
        throw new Error(
          `${processor.name} ${verb} "${field}", which no processor or analytics adds and no login has.`,
        );
      }
      path.push({ processor, verb, field });
      visit(owner);
      path.pop();
    }
    sorted.add(processor);
  };

  processors.forEach(visit);
  return [...sorted];
}

export const dependenciesOf = (processor: RegisteredProcessor): Dependency[] => [
  ...processor.spec.needs.map((field) => ({ verb: 'needs' as const, field })),
  ...rememberedBy(processor).map((field) => ({ verb: 'remembers' as const, field })),
];

function circle(path: readonly Step[], owners: Owners): string {
  const steps = path.map(
    ({ processor, verb, field }) => `${processor.name} ${verb} "${field}" of ${owners.get(field)?.name}`,
  );
  return `Processors need each other in a circle: ${steps.join(', ')}.`;
}
