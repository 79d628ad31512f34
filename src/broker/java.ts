import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedBrokerError } from './embedded-broker-error.js';
import { findOnPath, isExecutable } from './executable.js';

/** Kafka 4's broker classes are compiled for this release; an older JVM cannot load them. */
export const OLDEST_JAVA = 17;

export interface Java {
  readonly executable: string;
  /** Feature release: 17, 21, … */
  readonly release: number;
  /** All that `java -version` prints. It names the exact build, so it tells two JVMs apart. */
  readonly description: string;
}

const WHAT_TO_DO = `Install Java ${OLDEST_JAVA} or newer (any OpenJDK build), or set JAVA_HOME to one, or set KAFKA_BROKERS to a Kafka cluster that runs elsewhere.`;

/**
 * The Java that will run the broker: JAVA_HOME's if that is set, else the first `java` on PATH.
 *
 * @throws EmbeddedBrokerError `java_not_found`, `java_too_old`
 */
export async function findJava(env: NodeJS.ProcessEnv): Promise<Java> {
  const executable = await locate(env);
  const description = await describe(executable, env);
  // "1.8.0_292" is Java 8; "17.0.15", "21-ea" and "25" are what they say.
  const version = /version "(?:1\.)?(\d+)/.exec(description);
  if (version === null) {
    throw new EmbeddedBrokerError(
      'java_not_found',
      `${executable} does not say which Java it is (it printed: ${description.trim() || 'nothing'}). ${WHAT_TO_DO}`,
    );
  }
  const release = Number(version[1]);
  if (release < OLDEST_JAVA) {
    throw new EmbeddedBrokerError(
      'java_too_old',
      `The embedded broker needs Java ${OLDEST_JAVA} or newer, and ${executable} is Java ${release}. ${WHAT_TO_DO}`,
    );
  }
  return { executable, release, description };
}

async function locate(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.JAVA_HOME) {
    const executable = join(env.JAVA_HOME, 'bin', 'java');
    if (await isExecutable(executable)) return executable;
    throw new EmbeddedBrokerError(
      'java_not_found',
      `JAVA_HOME is ${env.JAVA_HOME}, but there is no program bin/java in it. ${WHAT_TO_DO}`,
    );
  }
  const executable = await findOnPath('java', env);
  if (executable !== null) return executable;
  throw new EmbeddedBrokerError(
    'java_not_found',
    `The embedded broker needs Java, and there is no java on PATH. ${WHAT_TO_DO}`,
  );
}

/** macOS has a `java` that only says that there is none, and fails: that is "not found" as well. */
function describe(executable: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(executable, ['-version'], { env, timeout: 30_000 }, (error, stdout, stderr) => {
      const output = stderr + stdout;
      if (error === null) return resolve(output);
      const reason = output.trim() || error.message;
      reject(
        new EmbeddedBrokerError('java_not_found', `${executable} does not run (${reason}). ${WHAT_TO_DO}`, {
          cause: error,
        }),
      );
    });
  });
}
