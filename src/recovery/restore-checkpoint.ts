import { openCheckpoint } from '../analytics/durable/checkpoint-reader.js';
import type { DurableStateStore } from '../analytics/durable/durable-state-store.js';
import type { StateDirectory } from '../analytics/durable/state-directory.js';
import type { LoadedGeneration } from './load-generations.js';

/**
 * Makes state what a checkpoint says.
 *
 * @throws CheckpointError when it is damaged; RangeError when state is to be of another kind
 */
export async function restore(
  store: DurableStateStore,
  directory: StateDirectory,
  { id, positions, manifest }: LoadedGeneration,
): Promise<void> {
  const changed = Object.entries({ ...manifest.layout, ...store.layout }).filter(
    ([name]) => manifest.layout[name] !== store.layout[name],
  );
  if (changed.length > 0)
    throw new RangeError(`other settings want other state (${changed.map(([name]) => name).join(', ')})`);
  const checkpoint = await openCheckpoint(directory.pathOf('checkpoint', id));
  try {
    await store.restore(checkpoint, positions);
  } finally {
    await checkpoint.close();
  }
}
