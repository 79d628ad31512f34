import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { EmbeddedBroker } from '../dist/broker/embedded-broker.js';
import { KafkaSettings } from '../dist/config/kafka.settings.js';
import { createKafka } from '../dist/kafka/create-kafka.js';

/**
 * Runs the work with a broker and a folder of its own, both of which go with it; the folder stays when something failed. Ends the
 * process: with 0 only if the work says that all is well.
 */
export async function runBench(options, work) {
  Logger.overrideLogger(false); // kafkajs tells what it tries again
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stopped.abort(new Error(signal)));
  const folder = await mkdtemp(join(tmpdir(), 'login-stream-bench-'));
  const broker = await EmbeddedBroker.start({
    env: process.env,
    javaOptions: ['-Xmx1g'],
    onProgress: console.error,
  });
  try {
    const kafka = createKafka(new KafkaSettings(), [broker.address], 'login-stream-bench');
    process.exitCode = (await work({ options, folder, broker, kafka, signal: stopped.signal })) ? 0 : 1;
    await rm(folder, { recursive: true, force: true });
  } catch (error) {
    console.error(`${error.message}\nThe logs are in ${folder}`);
    process.exitCode = 1;
  } finally {
    await broker.stop();
  }
  // A connection that kafkajs has forgotten to end must not keep the process alive.
  process.exit();
}
