import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { transformFile } from '@swc/core';
import { logLevel, Kafka } from 'kafkajs';
import { cachedArtifacts } from '../../src/broker/artifact-cache.js';
import { parseArtifact } from '../../src/broker/artifact.js';
import { ARTIFACTS } from '../../src/broker/artifacts.js';
import type { EmbeddedBroker } from '../../src/broker/embedded-broker.js';

/** For `beforeAll`: how long a download takes must not count as a test's time. */
export const FETCH_TIMEOUT_MS = 10 * 60_000;

export async function fetchBroker(): Promise<void> {
  await cachedArtifacts(ARTIFACTS.map(parseArtifact), process.env, () => undefined);
}

/** Runs `body` with a new directory, and removes the directory. */
export async function withDirectory<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Writes an executable shell script. */
export async function writeScript(path: string, body: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`);
  await chmod(path, 0o755);
}

/** Waits for a condition; the test's own time limit is the bound. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** Is there a process of that id? A zombie counts: it is one that nobody has waited for. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The state of a process as `ps` shows it: T is stopped. */
export function stateOf(pid: number): string {
  return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
}

export function clientOf(broker: EmbeddedBroker): Kafka {
  return new Kafka({ clientId: 'test', brokers: [broker.address], logLevel: logLevel.NOTHING });
}

/** All committed values of a topic of one partition, read by a new group. */
export async function readAll(kafka: Kafka, topic: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: `reader-${Math.random()}` });
  const values: string[] = [];
  await consumer.connect();
  try {
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void values.push(String(message.value)) });
    await until(() => values.length >= count);
  } finally {
    await consumer.disconnect();
  }
  return values;
}

/** Compiles src/broker into a directory, so that a plain Node process can run it. */
export async function compileBroker(directory: string): Promise<void> {
  const source = join(import.meta.dirname, '../../src/broker');
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  await symlink(join(import.meta.dirname, '../../node_modules'), join(directory, 'node_modules'));
  for (const name of await readdir(source)) {
    if (!name.endsWith('.ts') || name.endsWith('.spec.ts')) continue;
    const { code } = await transformFile(join(source, name), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'es6' },
    });
    await writeFile(join(directory, name.replace(/\.ts$/, '.js')), code);
  }
}
