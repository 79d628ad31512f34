import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import type { Artifact } from './artifact.js';
import { jarName } from './artifact.js';

const AT_ONCE = 4;
const DEADLINE_MS = 5 * 60_000;

/**
 * Downloads the artifacts into `directory` without Maven. The library knows where Maven Central is.
 *
 * @param repository base address of a repository, with a slash at its end; the library's default if omitted
 * @throws Error with the first download that failed
 */
export async function fetchWithLibrary(
  artifacts: readonly Artifact[],
  directory: string,
  repository?: string,
): Promise<void> {
  // Loaded only here: it is needed once per machine at most, and not at all where Maven is installed.
  const { default: library } = await import('mvn-artifact-url');
  const waiting = [...artifacts];
  const download = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const url = await library.default(next, repository);
      await downloadFile(url, join(directory, jarName(next))).catch((error: unknown) => {
        waiting.length = 0;
        throw new Error(`${jarName(next)} could not be downloaded: ${reasonOf(error)}`, { cause: error });
      });
    }
  };
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, download));
  // All have ended by now, so the caller may remove the directory.
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function downloadFile(url: string, path: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
  await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(path));
}

/** `fetch` says no more than "fetch failed"; what failed is in its cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } };
  return cause?.message ? `${message}, ${cause.message}` : message;
}
