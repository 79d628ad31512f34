import { randomBytes } from 'node:crypto';
import { access, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BOOTSTRAP_CHECKPOINT } from './artifacts.js';
import { LOG_DIRECTORY, NODE_ID } from './server-properties.js';

/**
 * Formats a data directory as `kafka-storage format` does, or leaves it as it is if it was formatted
 * before. It writes the two files itself, because the tool is a second JVM and takes longer than all else.
 * Without the checkpoint the broker would start, too, but at the lowest level of every feature
 * (transaction.version 0 instead of 2).
 */
export async function formatStorage(dataDir: string): Promise<void> {
  const directory = join(dataDir, LOG_DIRECTORY);
  const metaProperties = join(directory, 'meta.properties');
  if (await exists(metaProperties)) return;
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'bootstrap.checkpoint'), Buffer.from(BOOTSTRAP_CHECKPOINT, 'base64'));
  // This file says that the directory is formatted: so it comes last, and as a whole.
  await writeFile(
    `${metaProperties}.new`,
    `version=1\nnode.id=${NODE_ID}\ncluster.id=${randomUuid()}\ndirectory.id=${randomUuid()}\n`,
  );
  await rename(`${metaProperties}.new`, metaProperties);
}

/** A UUID in Kafka's notation. Its tools take a leading dash for an option, so Kafka avoids it. */
function randomUuid(): string {
  for (;;) {
    const uuid = randomBytes(16).toString('base64url');
    if (!uuid.startsWith('-')) return uuid;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
