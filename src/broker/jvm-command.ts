import { join } from 'node:path';
import { cachedArtifacts } from './artifact-cache.js';
import { jarName, parseArtifact } from './artifact.js';
import { ARTIFACTS } from './artifacts.js';
import type { EmbeddedBrokerOptions } from './broker-options.js';
import { ClassDataArchive } from './class-data-archive.js';
import { findJava } from './java.js';

/** A small heap, and a JVM tuned to start fast rather than to run fast for days. Paths are relative to the data directory. */
const JAVA_OPTIONS = [
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:ErrorFile=jvm-crash.log',
  '-Djava.awt.headless=true',
  '-Dlog4j2.configurationFile=log4j2.properties',
];

export interface JvmCommand {
  /** The Java executable and all its arguments up to the main class. */
  readonly arguments: readonly string[];
  readonly archive: ClassDataArchive;
}

/**
 * Finds Java and the broker's jars, and fetches these if need be.
 *
 * @throws EmbeddedBrokerError `java_not_found`, `java_too_old`, `fetch_failed`, `checksum_mismatch`
 */
export async function jvmCommand(options: EmbeddedBrokerOptions): Promise<JvmCommand> {
  const artifacts = ARTIFACTS.map(parseArtifact);
  // Java first: there is no use in a download without it.
  const java = await findJava(options.env);
  const jars = await cachedArtifacts(artifacts, options.env, options.onProgress ?? (() => undefined));
  const archive = await ClassDataArchive.find(jars, java);
  const classpath = artifacts.map((artifact) => join(jars, jarName(artifact))).join(':');
  const own = [...JAVA_OPTIONS, ...archive.javaOptions];
  return { arguments: [java.executable, ...own, ...(options.javaOptions ?? []), '-cp', classpath], archive };
}
