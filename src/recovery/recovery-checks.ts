import type { Identity } from '../analytics/durable/checkpointer.js';
import { digestOf } from '../analytics/durable/journal-header.js';
import type { StateDirectory } from '../analytics/durable/state-directory.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { differences } from './decisions.js';
import type { LoadedGeneration, LoadedState } from './load-generations.js';
import type { RecoveryPlan, RecoveryStep } from './recovery-plan.js';

/** Only one's own state is ever touched, whatever the settings say. @throws InvalidSettingsError */
export function refuseForeign(
  { generations }: LoadedState,
  { identity: { clusterId, group, topic } }: Identity,
  directory: StateDirectory,
): void {
  for (const { id, manifest } of generations) {
    const { identity } = manifest;
    if (identity.clusterId === clusterId && identity.group === group && identity.topic === topic) continue;
    const whose = `group ${identity.group}, topic ${identity.topic}, cluster ${identity.clusterId}`;
    throw new InvalidSettingsError([
      `STATE_DIR must be this service's own: checkpoint ${id} in ${directory.path} is of ${whose}, and this is group ${group}, ` +
        `topic ${topic}, cluster ${clusterId}. Choose another directory, or remove that state: login-stream state reset`,
    ]);
  }
}

/** What was decided with other settings than these, and would be counted otherwise now: as losses, in sentences. */
export function decidedOtherwise(
  { steps, checkpoint }: RecoveryPlan,
  generations: readonly LoadedGeneration[],
  { decisions }: Identity,
): string[] {
  const chosen = generations.find(({ id }) => id === checkpoint);
  if (chosen === undefined) return [];
  const has = (kind: RecoveryStep['kind']) => steps.some((step) => step.kind === kind);
  const { ofBatches, latest } = chosen.decisions;
  const deciding = new Set([...(has('batch') ? ofBatches : []), ...(has('unordered') ? [latest] : [])]);
  const others = [...deciding].filter((digest) => digest !== digestOf(decisions));
  if (others.length === 0) return [];
  const now = JSON.parse(decisions) as Record<string, string>;
  const changed = others.map((digest) => {
    const former = generations.find(({ manifest }) => digestOf(manifest.decisions) === digest);
    return former === undefined
      ? 'those of a start that has written no checkpoint'
      : differences(former.manifest.decisions, now).join(', ');
  });
  const wayOut =
    deciding.size === 1
      ? 'Start once with the former values and stop with SIGTERM, then change them'
      : 'They were changed in between, so no values make state exactly what it was';
  return [
    `records since the last checkpoint were decided with other settings, and would be counted otherwise now: ${changed.join('; ')}. ${wayOut}`,
  ];
}
