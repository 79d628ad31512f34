import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withDirectory, writeScript } from '../../test/broker/support.js';
import { cachedArtifacts } from './artifact-cache.js';
import type { Artifact } from './artifact.js';
import { ARTIFACTS } from './artifacts.js';
import { digestOf, parseArtifact } from './artifact.js';

const ARTIFACT: Artifact = {
  groupId: 'com.example',
  artifactId: 'small',
  version: '1.0',
  size: 5,
  sha256: createHash('sha256').update('bytes').digest('hex'),
};

/** A `mvn` that counts its calls and delivers these bytes. */
const delivers = (bytes: string) =>
  `echo call >> "$CALLS"; mkdir -p target/dependency; printf '${bytes}' > target/dependency/small-1.0.jar`;

interface Setting {
  readonly env: NodeJS.ProcessEnv;
  readonly cache: string;
  calls(): Promise<number>;
}

async function withMaven(script: string, body: (setting: Setting) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    await writeScript(join(directory, 'bin/mvn'), script);
    const calls = join(directory, 'calls');
    await body({
      env: { PATH: `${directory}/bin:/usr/bin:/bin`, XDG_CACHE_HOME: directory, CALLS: calls },
      cache: join(directory, 'login-stream'),
      calls: async () => (await readFile(calls, 'utf8')).trim().split('\n').length,
    });
  });
}

const quiet = () => undefined;

describe('cachedArtifacts', () => {
  it('fetches once, says so, and leaves nothing else in the cache', async () => {
    await withMaven(delivers('bytes'), async ({ env, cache, calls }) => {
      const messages: string[] = [];
      const directory = await cachedArtifacts([ARTIFACT], env, (message) => messages.push(message));
      expect(await cachedArtifacts([ARTIFACT], env, quiet)).toBe(directory);
      expect(await readFile(join(directory, 'small-1.0.jar'), 'utf8')).toBe('bytes');
      expect(await readdir(directory)).toEqual(['small-1.0.jar']);
      expect(await readdir(cache)).toEqual([`kafka-${digestOf([ARTIFACT])}`]);
      expect(await calls()).toBe(1);
      expect(messages).toEqual([expect.stringContaining('fetching Apache Kafka')]);
    });
  });

  it('can be used by several at once', async () => {
    // Each waits for the other before it delivers.
    const script = `${delivers('bytes')}; while [ "$(wc -l < "$CALLS")" -lt 2 ]; do :; done`;
    await withMaven(script, async ({ env, cache, calls }) => {
      const [one, other] = await Promise.all([
        cachedArtifacts([ARTIFACT], env, quiet),
        cachedArtifacts([ARTIFACT], env, quiet),
      ]);
      expect(one).toBe(other);
      expect(await calls()).toBe(2);
      expect(await readdir(cache)).toHaveLength(1);
    });
  });

  it('fetches again when a file of the cache has another size', async () => {
    await withMaven(delivers('bytes'), async ({ env, calls }) => {
      const directory = await cachedArtifacts([ARTIFACT], env, quiet);
      await appendFile(join(directory, 'small-1.0.jar'), 'damage');
      await cachedArtifacts([ARTIFACT], env, quiet);
      expect(await readFile(join(directory, 'small-1.0.jar'), 'utf8')).toBe('bytes');
      expect(await calls()).toBe(2);
    });
  });

  it('keeps nothing whose checksum is wrong', async () => {
    await withMaven(delivers('bitte'), async ({ env, cache }) => {
      await expect(cachedArtifacts([ARTIFACT], env, quiet)).rejects.toMatchObject({
        name: 'EmbeddedBrokerError',
        code: 'checksum_mismatch',
        message: expect.stringContaining('small-1.0.jar is not the file that it should be'),
      });
      expect(await readdir(cache)).toEqual([]);
    });
  });

  it('says what Maven said when it fails, and what to do', async () => {
    await withMaven('echo Network is unreachable; exit 1', async ({ env, cache }) => {
      await expect(cachedArtifacts([ARTIFACT], env, quiet)).rejects.toMatchObject({
        code: 'fetch_failed',
        message: expect.stringMatching(/Network is unreachable\nConnect to the network for the first start/),
      });
      expect(await readdir(cache)).toEqual([]);
    });
  });

  it('says so when Maven delivers nothing', async () => {
    await withMaven('exit 0', async ({ env }) => {
      await expect(cachedArtifacts([ARTIFACT], env, quiet)).rejects.toMatchObject({ code: 'fetch_failed' });
    });
  });

  it('removes what a fetch left behind that was killed, and spares one that is under way', async () => {
    await withMaven(delivers('bytes'), async ({ env, cache }) => {
      await mkdir(join(cache, 'fetch-old'), { recursive: true });
      await mkdir(join(cache, 'fetch-new'));
      await utimes(join(cache, 'fetch-old'), 0, 0);
      await cachedArtifacts([ARTIFACT], env, quiet);
      expect((await readdir(cache)).sort()).toEqual(['fetch-new', `kafka-${digestOf([ARTIFACT])}`]);
    });
  });
});

describe('the pinned artifacts', () => {
  it('are complete lines with exact versions, each once', () => {
    const artifacts = ARTIFACTS.map(parseArtifact);
    for (const { groupId, artifactId, version, size, sha256 } of artifacts) {
      expect(`${groupId}:${artifactId}`).toMatch(/^[\w.-]+:[\w.-]+$/);
      expect(version).toMatch(/^\d[\w.-]*$/);
      expect(size).toBeGreaterThan(0);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(artifacts.map(({ groupId, artifactId }) => `${groupId}:${artifactId}`)).size).toBe(
      artifacts.length,
    );
  });
});
