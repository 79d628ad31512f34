import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withDirectory } from '../../test/broker/support.js';
import type { Artifact } from './artifact.js';
import { fetchWithLibrary } from './fetch-with-library.js';

const artifact = (artifactId: string): Artifact => ({
  groupId: 'com.example.group',
  artifactId,
  version: '1.0',
  size: 1,
  sha256: '',
});

/** A repository on this machine: it answers with the path, except for what contains "absent". */
async function withRepository(body: (address: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    response.statusCode = request.url?.includes('absent') ? 404 : 200;
    response.end(request.url);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('fetchWithLibrary', () => {
  it('asks for every artifact at its place in the repository', async () => {
    await withRepository(async (repository) => {
      await withDirectory(async (directory) => {
        const names = Array.from({ length: 10 }, (_, i) => `jar-${i}`);
        await fetchWithLibrary(names.map(artifact), directory, repository);
        for (const name of names) {
          const content = await readFile(join(directory, `${name}-1.0.jar`), 'utf8');
          expect(content).toBe(`/com/example/group/${name}/1.0/${name}-1.0.jar`);
        }
      });
    });
  });

  it('names the artifact that the repository does not have', async () => {
    await withRepository(async (repository) => {
      await withDirectory(async (directory) => {
        await expect(
          fetchWithLibrary([artifact('there'), artifact('absent')], directory, repository),
        ).rejects.toThrow('absent-1.0.jar could not be downloaded: HTTP status 404');
      });
    });
  });

  it('names the reason when there is no connection', async () => {
    let address = '';
    await withRepository(async (repository) => void (address = repository));
    await withDirectory(async (directory) => {
      await expect(fetchWithLibrary([artifact('any')], directory, address)).rejects.toThrow(/ECONNREFUSED/);
    });
  });
});
