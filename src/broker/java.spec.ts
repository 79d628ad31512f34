import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { withDirectory, writeScript } from '../../test/broker/support.js';
import { findJava } from './java.js';

const says = (text: string) => `echo '${text}' >&2`;

describe('findJava', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['Picked up JAVA_TOOL_OPTIONS: -Dx=y\nopenjdk version "21-ea" 2023-09-19', 21],
    ['java version "25" 2025-09-16 LTS', 25],
  ])('understands %j', async (text, release) => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'java'), `printf '%s' '${text}' >&2`);
      const java = await findJava({ PATH: `/nowhere:${directory}` });
      expect(java).toEqual({ executable: join(directory, 'java'), release, description: text });
    });
  });

  it.each([
    ['java version "1.8.0_292"', 8],
    ['openjdk version "11.0.20"', 11],
  ])('refuses %j', async (text, release) => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'java'), says(text));
      await expect(findJava({ PATH: directory })).rejects.toMatchObject({
        name: 'EmbeddedBrokerError',
        code: 'java_too_old',
        message: expect.stringMatching(
          new RegExp(`needs Java 17 or newer, and .* is Java ${release}\\. Install`),
        ),
      });
    });
  });

  it('prefers JAVA_HOME to PATH', async () => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'home/bin/java'), says('openjdk version "21"'));
      await writeScript(join(directory, 'java'), says('openjdk version "17"'));
      const java = await findJava({ PATH: directory, JAVA_HOME: join(directory, 'home') });
      expect(java.release).toBe(21);
    });
  });

  it('says that there is none on PATH', async () => {
    await expect(findJava({ PATH: '/nowhere' })).rejects.toMatchObject({
      code: 'java_not_found',
      message: expect.stringContaining('there is no java on PATH. Install Java 17'),
    });
  });

  it('says that JAVA_HOME is wrong', async () => {
    await expect(findJava({ PATH: process.env.PATH, JAVA_HOME: '/nowhere' })).rejects.toMatchObject({
      code: 'java_not_found',
      message: expect.stringContaining('JAVA_HOME is /nowhere'),
    });
  });

  it('treats a java that only says that there is none as not found', async () => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'java'), `${says('Unable to locate a Java Runtime.')}; exit 1`);
      await expect(findJava({ PATH: directory })).rejects.toMatchObject({
        code: 'java_not_found',
        message: expect.stringContaining('Unable to locate a Java Runtime.'),
      });
    });
  });

  it('treats a java that says nothing as not found', async () => {
    await withDirectory(async (directory) => {
      await writeScript(join(directory, 'java'), 'exit 0');
      await expect(findJava({ PATH: directory })).rejects.toMatchObject({ code: 'java_not_found' });
    });
  });
});
