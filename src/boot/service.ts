import { Logger } from '@nestjs/common';
import type { INestApplication, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppModule } from '../app.module.js';
import type { HttpSettings } from '../config/http.settings.js';
import type { Settings } from '../config/settings.js';
import type { LoadedExtension } from '../extensions/extension.js';
import { Lifecycle, RUNNING } from '../health/lifecycle.js';
import { BatchKafkaClient } from '../kafka/batch-kafka.client.js';
import { BatchKafkaServer } from '../kafka/batch-kafka.server.js';
import { ClusterAdmin } from '../kafka/cluster-admin.js';
import { ConsumerHealth } from '../kafka/consumer-health.js';
import { isTransient } from '../kafka/send-errors.js';
import { TopicsService } from '../kafka/topics.service.js';
import { MetricsReporter } from '../metrics/metrics-reporter.js';
import { StateKeeper } from '../recovery/state-keeper.js';

const PREPARE_AGAIN_MS = 500;
/** Of a request, in bytes: calls say little. */
const BODY_LIMIT = 16_384;

export interface ServiceOptions {
  /** `host:port` of at least one broker. */
  readonly brokers: readonly string[];
  readonly extensions: readonly LoadedExtension[];
  readonly logger: LoggerService;
  /** Called when the consumer has stopped for good: a process that reads nothing must not look alive. */
  readonly onFatal: (reason: Error) => void;
}

/** The running service: HTTP first, so that probes are answered while it waits for a broker, then the stream. */
export class Service {
  private readonly logger = new Logger('Service');
  private readonly waiting = new AbortController();

  private constructor(private readonly app: INestApplication) {}

  /** @throws when a module, a processor or a handler does not fit, or the HTTP port is taken. */
  static async create(settings: Settings, options: ServiceOptions): Promise<Service> {
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.forRoot(settings, options.brokers, options.extensions),
      { logger: options.logger, abortOnError: false, forceCloseConnections: true, bodyParser: false },
    );
    app.use(helmet());
    app.useBodyParser('json', { limit: BODY_LIMIT });
    app.disable('x-powered-by');
    app.connectMicroservice({ strategy: app.get(BatchKafkaServer) });
    app.get(ConsumerHealth).whenDead(options.onFatal);
    const service = new Service(app);
    await app.init(); // or what does not fit would be said of the port
    await listen(app, settings.http);
    service.logger.log(`Health and metrics are at ${await app.getUrl()}`);
    return service;
  }

  /** Resolves when the group is joined; waits for a broker and the topics as long as it takes. */
  async run(createInput: boolean): Promise<void> {
    const lifecycle = this.app.get(Lifecycle);
    const { signal } = this.waiting;
    try {
      await this.prepare(createInput, signal);
      await this.app.get(StateKeeper).open(signal, (what) => (lifecycle.phase = what));
      lifecycle.phase = 'joining the group';
      await this.app.startAllMicroservices();
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    if (signal.aborted) return;
    lifecycle.phase = RUNNING;
    this.app.get(MetricsReporter).start();
  }

  /** A broker may also go away between its first answer and the last topic. */
  private async prepare(createInput: boolean, signal: AbortSignal): Promise<void> {
    const lifecycle = this.app.get(Lifecycle);
    for (;;) {
      lifecycle.phase = 'connecting to Kafka';
      await this.app.get(ClusterAdmin).waitForBroker(signal);
      lifecycle.phase = 'preparing topics';
      try {
        return await this.app
          .get(TopicsService)
          .prepare(createInput, signal, (what) => (lifecycle.phase = what));
      } catch (error) {
        if (signal.aborted || !isTransient(error)) throw error;
        this.logger.warn(`Topics could not be prepared: ${(error as Error).message}. Trying again.`);
        await sleep(PREPARE_AGAIN_MS, undefined, { signal });
      }
    }
  }

  /** Ends in order: no new batches, the ones in work are settled and committed, then producers, a last metrics record, HTTP. */
  async stop(): Promise<void> {
    this.app.get(Lifecycle).phase = 'stopping';
    this.waiting.abort();
    await this.app.get(BatchKafkaServer).close();
    await this.app.get(BatchKafkaClient).close();
    await this.app.get(StateKeeper).close();
    await this.app.get(MetricsReporter).stop();
    await this.app.close();
  }

  get<T>(token: new (...dependencies: never[]) => T): T {
    return this.app.get<T>(token);
  }

  /** `http://host:port` */
  url(): Promise<string> {
    return this.app.getUrl();
  }
}

async function listen(app: INestApplication, { host, port }: HttpSettings): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'is taken' : (error as Error).message;
    throw new Error(`HTTP port ${port} of ${host} ${reason}: set HTTP_PORT (0 = any free one) or HTTP_HOST`);
  }
}
