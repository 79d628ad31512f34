import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { withDirectory, writeScript } from './support.js';

describe('starting an embedded broker', () => {
  it('ends with a clear error without Java', async () => {
    await expect(EmbeddedBroker.start({ env: { PATH: '/nowhere' } })).rejects.toMatchObject({
      name: 'EmbeddedBrokerError',
      code: 'java_not_found',
    });
  });

  it('ends with a clear error when Java is too old', async () => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'java'), `echo 'openjdk version "11.0.20"' >&2`);
      await expect(EmbeddedBroker.start({ env: { PATH: directory } })).rejects.toMatchObject({
        code: 'java_too_old',
      });
    });
  });

  it('ends with a clear error with an empty cache and no network', async () => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'mvn'), 'echo Could not transfer artifact; exit 1');
      const env = { ...process.env, PATH: `${directory}:${process.env.PATH}`, XDG_CACHE_HOME: directory };
      await expect(EmbeddedBroker.start({ env })).rejects.toMatchObject({
        code: 'fetch_failed',
        message: expect.stringContaining('Could not transfer artifact'),
      });
    });
  });
});
