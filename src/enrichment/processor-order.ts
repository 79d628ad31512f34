import type { Login } from '../pipeline/login.js';
import type { BatchContext, ProcessorSpec } from './processor.js';

/** A processor as the registry sees it, its types gone: they were checked where its class was declared. */
export interface RegisteredProcessor {
  readonly name: string;
  readonly spec: Readonly<Record<'needs' | 'adds', readonly string[]>> & Pick<ProcessorSpec, 'summary'>;
  readonly instance: { process(login: object, add: object, context: BatchContext): void };
}

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

/** Who adds which field. Throws when a field has two origins. */
export function fieldOwners(
  processors: readonly RegisteredProcessor[],
): ReadonlyMap<string, RegisteredProcessor> {
  const owners = new Map<string, RegisteredProcessor>();
  for (const processor of processors) {
    for (const field of processor.spec.adds) {
      const other = owners.get(field);
      if (other !== undefined) throw new Error(`${other.name} and ${processor.name} both add "${field}".`);
      if (isLoginField(field)) {
        throw new Error(`${processor.name} adds "${field}", which every login has as received.`);
      }
      owners.set(field, processor);
    }
  }
  return owners;
}

/**
 * Puts every processor after those that it needs; otherwise the given order stays. Throws on a need that nothing
 * satisfies and on a circle of needs.
 */
export function inOrderOfNeed(
  processors: readonly RegisteredProcessor[],
  owners: ReadonlyMap<string, RegisteredProcessor>,
): RegisteredProcessor[] {
  const sorted = new Set<RegisteredProcessor>();
  const path: { processor: RegisteredProcessor; need: string }[] = [];

  const visit = (processor: RegisteredProcessor): void => {
    if (sorted.has(processor)) return;
    const start = path.findIndex((step) => step.processor === processor);
    if (start >= 0) throw new Error(circle(path.slice(start), owners));
    for (const need of processor.spec.needs) {
      if (isLoginField(need)) continue;
      const owner = owners.get(need);
      if (owner === undefined) {
        throw new Error(`${processor.name} needs "${need}", which no processor adds and no login has.`);
      }
      path.push({ processor, need });
      visit(owner);
      path.pop();
    }
    sorted.add(processor);
  };

  processors.forEach(visit);
  return [...sorted];
}

function circle(
  path: readonly { processor: RegisteredProcessor; need: string }[],
  owners: ReadonlyMap<string, RegisteredProcessor>,
): string {
  const steps = path.map(
    ({ processor, need }) => `${processor.name} needs "${need}" of ${owners.get(need)?.name}`,
  );
  return `Processors need each other in a circle: ${steps.join(', ')}.`;
}
