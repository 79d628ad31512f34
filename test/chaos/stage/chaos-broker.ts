import { join } from 'node:path';
import { EmbeddedBroker } from '../../../src/broker/embedded-broker.js';
import { freePort } from '../../../src/broker/free-port.js';
import { FaultProxy } from '../../support/fault-proxy.js';

interface Ports {
  readonly direct: number;
  readonly proxied: number;
  readonly controller: number;
}

/**
 * A broker of a case's own, which can be killed, frozen and started again with what it had written. The service reaches it
 * through a fault proxy, on a listener of its own; whoever feeds and judges goes straight to it.
 */
export class ChaosBroker {
  private constructor(
    private readonly folder: string,
    private readonly ports: Ports,
    readonly proxy: FaultProxy,
    private broker: EmbeddedBroker,
  ) {}

  static async start(folder: string): Promise<ChaosBroker> {
    const ports = { direct: await freePort(), proxied: await freePort(), controller: await freePort() };
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${ports.proxied}` });
    try {
      return new ChaosBroker(folder, ports, proxy, await launch(folder, ports, proxy));
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  /** For whoever feeds and judges. */
  get address(): string {
    return `127.0.0.1:${this.ports.direct}`;
  }

  /** For the service. */
  get serviceAddress(): string {
    return this.proxy.address;
  }

  get log(): string {
    return join(this.folder, 'broker', 'broker.log');
  }

  signal(signal: NodeJS.Signals): void {
    this.broker.kill(signal);
  }

  /** As a crash does, or in order. */
  async end(how: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (how === 'SIGKILL') this.broker.kill(how);
    else await this.broker.stop();
    await this.broker.exited;
  }

  async startAgain(): Promise<void> {
    await this.broker.stop();
    this.broker = await launch(this.folder, this.ports, this.proxy);
  }

  async stop(): Promise<void> {
    await this.broker.stop();
    await this.proxy.stop();
  }
}

function launch(folder: string, ports: Ports, proxy: FaultProxy): Promise<EmbeddedBroker> {
  const at = (port: number) => `127.0.0.1:${port}`;
  return EmbeddedBroker.start({
    env: process.env,
    dataDir: join(folder, 'broker'),
    port: ports.direct,
    config: {
      listeners: `PLAINTEXT://${at(ports.direct)},PROXIED://${at(ports.proxied)},CONTROLLER://${at(ports.controller)}`,
      'advertised.listeners': `PLAINTEXT://${at(ports.direct)},PROXIED://${proxy.address}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'controller.quorum.voters': `1@${at(ports.controller)}`,
      // So that a case can deny something.
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'allow.everyone.if.no.acl.found': 'true',
    },
  });
}
