import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { AppLogger } from './boot/app-logger.js';
import { Service } from './boot/service.js';
import { onStopSignal } from './boot/signals.js';
import { EmbeddedBroker } from './broker/embedded-broker.js';
import { EX_CONFIG, InvalidSettingsError } from './config/invalid-settings.error.js';
import { loadWithExtensions } from './extensions/load-with-extensions.js';
import type { Loaded } from './extensions/load-with-extensions.js';
import { PROFILES } from './profiles/profiles.js';

async function loadOrExit(): Promise<Loaded> {
  try {
    return await loadWithExtensions(process.env, {
      profiles: PROFILES,
      stdoutIsTty: process.stdout.isTTY === true,
    });
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}

const { settings, extensions, warnings } = await loadOrExit();
const appLogger = new AppLogger(settings.log);
Logger.overrideLogger(appLogger);
const logger = new Logger('Main');
warnings.forEach((warning) => logger.warn(warning));

let broker: EmbeddedBroker | undefined;
let service: Service | undefined;
let stopping = false;

async function stop(reason: string, exitCode: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger.log(`${reason}: stopping`);
  const { shutdownTimeoutMs } = settings.process;
  const late = setTimeout(() => {
    logger.error(`Not stopped after ${shutdownTimeoutMs} ms: exiting; what was not committed is read again`);
    process.exit(1);
  }, shutdownTimeoutMs);
  await service?.stop();
  clearTimeout(late);
  await broker?.stop(); // takes its own time to flush, and not for ever
  logger.log('Stopped');
  process.exit(exitCode);
}

function fail(reason: Error): void {
  logger.fatal(reason.message);
  logger.debug(reason.stack ?? '');
  const exitCode = reason instanceof InvalidSettingsError ? EX_CONFIG : 1;
  stop('Cannot go on', exitCode).catch(() => process.exit(exitCode));
}

onStopSignal((signal) => void stop(signal, 0).catch(fail));
process.on('unhandledRejection', (reason) =>
  fail(reason instanceof Error ? reason : new Error(String(reason))),
);

try {
  const embedded = settings.kafka.brokers === 'embedded';
  if (embedded) {
    broker = await EmbeddedBroker.start({
      env: process.env,
      dataDir: settings.broker.dataDir,
      onProgress: (message) => logger.log(message),
    });
    void broker.exited.then(() => stopping || fail(new Error('The embedded broker has ended')));
  }
  const createInput = embedded || settings.topic.mode === 'create-all';
  service = await Service.create(settings, {
    brokers: broker === undefined ? (settings.kafka.brokers as string[]) : [broker.address],
    extensions,
    logger: appLogger,
    onFatal: fail,
  });
  await service.run(createInput);
} catch (error) {
  fail(error as Error);
}
