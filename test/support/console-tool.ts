import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { cachedArtifacts } from '../../src/broker/artifact-cache.js';
import { parseArtifact } from '../../src/broker/artifact.js';
import { ARTIFACTS } from '../../src/broker/artifacts.js';
import { findJava } from '../../src/broker/java.js';

/** `org.apache.kafka:kafka-tools`, of the broker's version. */
const TOOLS =
  'org.apache.kafka:kafka-tools:4.2.0 666526 6b88f3f0799c585b5121d9f710e448cd365d4cfd55ff3ab5d2d81f52ae59030d';

const TIMEOUT_MS = 120_000;
const MOST_OUTPUT_BYTES = 256 * 1024 * 1024;

const fetch = (lines: readonly string[]) =>
  cachedArtifacts(lines.map(parseArtifact), process.env, () => undefined);

/**
 * Runs one of Kafka's own command-line tools, which use its Java clients.
 *
 * @param name class below `org.apache.kafka.tools`
 * @returns the bytes of its standard output
 * @throws when it fails, or has not ended after two minutes
 */
export async function consoleTool(name: string, args: readonly string[], input = ''): Promise<Buffer> {
  const jars = await Promise.all([fetch([TOOLS]), fetch(ARTIFACTS)]);
  const classpath = jars.map((directory) => join(directory, '*')).join(':');
  const { executable } = await findJava(process.env);
  const jvm = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', classpath];
  return new Promise((resolve, reject) => {
    const child = execFile(
      executable,
      [...jvm, `org.apache.kafka.tools.${name}`, ...args],
      { encoding: 'buffer', maxBuffer: MOST_OUTPUT_BYTES, timeout: TIMEOUT_MS, killSignal: 'SIGKILL' },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${name} failed: ${error.message}\n${String(stderr)}`));
      },
    );
    // A tool that ends early says why on standard error; that it reads no more is not the news.
    child.stdin!.on('error', () => undefined).end(input);
  });
}
