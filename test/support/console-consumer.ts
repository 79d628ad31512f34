import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cachedArtifacts } from '../../src/broker/artifact-cache.js';
import { parseArtifact } from '../../src/broker/artifact.js';
import { ARTIFACTS } from '../../src/broker/artifacts.js';
import { findJava } from '../../src/broker/java.js';

/** `org.apache.kafka:kafka-tools`, of the broker's version. */
const TOOLS =
  'org.apache.kafka:kafka-tools:4.2.0 666526 6b88f3f0799c585b5121d9f710e448cd365d4cfd55ff3ab5d2d81f52ae59030d';

const fetch = (lines: readonly string[]) =>
  cachedArtifacts(lines.map(parseArtifact), process.env, () => undefined);

/** What Kafka's own console consumer prints of a topic: headers, key and value of each record, raw bytes and all. */
export async function consoleConsumer(broker: string, topic: string): Promise<string> {
  const classpath = (await Promise.all([fetch([TOOLS]), fetch(ARTIFACTS)]))
    .map((jars) => join(jars, '*'))
    .join(':');
  const { executable } = await findJava(process.env);
  const { stdout } = await promisify(execFile)(
    executable,
    [
      ...['-Xmx256m', '-XX:TieredStopAtLevel=1', '-cp', classpath],
      'org.apache.kafka.tools.consumer.ConsoleConsumer',
      ...['--bootstrap-server', broker, '--topic', topic, '--from-beginning', '--timeout-ms', '5000'],
      ...['--isolation-level', 'read_committed'],
      ...['--formatter-property', 'print.headers=true', '--formatter-property', 'print.key=true'],
    ],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout;
}
