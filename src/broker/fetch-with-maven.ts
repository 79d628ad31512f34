import { execFile } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Artifact } from './artifact.js';
import { jarName } from './artifact.js';

const DEADLINE_MS = 10 * 60_000;

/**
 * Lets Maven put the artifacts into `directory`, so that the user's mirrors, proxies, credentials and
 * local repository are used.
 *
 * @throws Error with what Maven said
 */
export async function fetchWithMaven(
  mvn: string,
  artifacts: readonly Artifact[],
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await writeFile(join(directory, 'pom.xml'), pom(artifacts));
  await run(mvn, ['-q', '-B', 'dependency:copy-dependencies'], directory, env);
  for (const artifact of artifacts) {
    const name = jarName(artifact);
    await rename(join(directory, 'target', 'dependency', name), join(directory, name));
  }
  await rm(join(directory, 'target'), { recursive: true });
  await rm(join(directory, 'pom.xml'));
}

/** Every artifact is named and brings none of its own dependencies: Maven has no version to choose. */
function pom(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    ({ groupId, artifactId, version }) => `    <dependency>
      <groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version>
      <exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions>
    </dependency>`,
  );
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>login-stream</groupId><artifactId>embedded-broker</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}

function run(mvn: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: DEADLINE_MS, maxBuffer: 16 * 1024 * 1024 };
    execFile(mvn, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = (stdout + stderr).trim().split('\n').slice(0, 10).join('\n');
      reject(new Error(`${mvn} failed: ${said || error.message}`, { cause: error }));
    });
  });
}
