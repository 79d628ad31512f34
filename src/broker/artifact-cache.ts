import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from './artifact.js';
import { digestOf, jarName, sha256OfFile } from './artifact.js';
import { EmbeddedBrokerError } from './embedded-broker-error.js';
import { findOnPath } from './executable.js';
import { fetchWithLibrary } from './fetch-with-library.js';
import { fetchWithMaven } from './fetch-with-maven.js';
import { userCacheDirectory } from './user-cache-directory.js';

/** A fetch that takes longer than this has died and left its directory behind. */
const ABANDONED_AFTER_MS = 60 * 60_000;

/**
 * The directory that holds exactly these artifacts, fetched if it isn't there. Its name contains their
 * digest, and it gets that name only after every checksum was right: so a directory of that name needs
 * only its sizes looked at, and several processes may do this at once.
 *
 * @throws EmbeddedBrokerError `fetch_failed`, `checksum_mismatch`
 */
export async function cachedArtifacts(
  artifacts: readonly Artifact[],
  env: NodeJS.ProcessEnv,
  onProgress: (message: string) => void,
): Promise<string> {
  const cache = userCacheDirectory(env);
  const directory = join(cache, `kafka-${digestOf(artifacts)}`);
  if (await isComplete(directory, artifacts)) return directory;

  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const fetched = await mkdtemp(join(cache, 'fetch-'));
  try {
    const megabytes = Math.round(artifacts.reduce((sum, { size }) => sum + size, 0) / 1e6);
    onProgress(`fetching Apache Kafka (${megabytes} MB, once) into ${directory}`);
    await fetchInto(fetched, artifacts, cache, env);
    await verify(fetched, artifacts);
    await publish(fetched, directory, artifacts);
  } finally {
    await rm(fetched, { recursive: true, force: true });
  }
  return directory;
}

async function fetchInto(
  directory: string,
  artifacts: readonly Artifact[],
  cache: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const mvn = await findOnPath('mvn', env);
  try {
    if (mvn !== null) await fetchWithMaven(mvn, artifacts, directory, env);
    else await fetchWithLibrary(artifacts, directory);
  } catch (error) {
    throw new EmbeddedBrokerError(
      'fetch_failed',
      `Apache Kafka is not in the cache and could not be fetched from Maven Central. ${(error as Error).message}\n` +
        'Connect to the network for the first start (where Maven is installed, its mirror and proxy settings are used), ' +
        `or copy ${cache} from a machine that has it.`,
      { cause: error },
    );
  }
}

async function verify(directory: string, artifacts: readonly Artifact[]): Promise<void> {
  for (const artifact of artifacts) {
    const sha256 = await sha256OfFile(join(directory, jarName(artifact)));
    if (sha256 === artifact.sha256) continue;
    throw new EmbeddedBrokerError(
      'checksum_mismatch',
      `${jarName(artifact)} is not the file that it should be: its SHA-256 is ${sha256}, expected ${artifact.sha256}. ` +
        'Nothing was kept. Try again; if it stays so, the copy in the local Maven repository or in a mirror is damaged: delete it there.',
    );
  }
}

/** Gives the fetched directory its name. A damaged one that has it steps aside; a complete one stays. */
async function publish(fetched: string, directory: string, artifacts: readonly Artifact[]): Promise<void> {
  if (await isComplete(directory, artifacts)) return;
  const damaged = `${fetched}-damaged`;
  await rename(directory, damaged).catch(ignoreCode('ENOENT'));
  // Another process may have published in between: then its directory is as good as ours.
  await rename(fetched, directory).catch(ignoreCode('ENOTEMPTY', 'EEXIST'));
  await rm(damaged, { recursive: true, force: true });
}

async function isComplete(directory: string, artifacts: readonly Artifact[]): Promise<boolean> {
  const sizes = await Promise.all(
    artifacts.map((artifact) =>
      stat(join(directory, jarName(artifact))).then(
        ({ size }) => size === artifact.size,
        () => false,
      ),
    ),
  );
  return sizes.every(Boolean);
}

async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('fetch-')) continue;
    const path = join(cache, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > ABANDONED_AFTER_MS) await rm(path, { recursive: true, force: true });
  }
}

function ignoreCode(...codes: string[]): (error: NodeJS.ErrnoException) => void {
  return (error) => {
    if (!codes.includes(error.code ?? '')) throw error;
  };
}
