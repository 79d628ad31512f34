import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { freePort } from '../../src/broker/free-port.js';
import type { Match } from '../support/fault-proxy-rules.js';
import { ApiKey, FaultProxy } from '../support/fault-proxy.js';

/** A broker of the test's own that sends its clients through a fault proxy. */
export class ProxiedBroker {
  private constructor(
    readonly broker: EmbeddedBroker,
    readonly proxy: FaultProxy,
  ) {}

  static async start(): Promise<ProxiedBroker> {
    const port = await freePort();
    const proxy = await FaultProxy.start({ target: `127.0.0.1:${port}` });
    try {
      const config = { 'advertised.listeners': `PLAINTEXT://${proxy.address}` };
      return new ProxiedBroker(await EmbeddedBroker.start({ env: process.env, port, config }), proxy);
    } catch (error) {
      await proxy.stop();
      throw error;
    }
  }

  get address(): string {
    return this.proxy.address;
  }

  /** The next end of a transaction is kept from the broker until it is let go. */
  holdNextCommit(): { readonly arrived: Promise<void>; readonly letGo: () => void } {
    let letGo!: () => void;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    const arrived = new Promise<void>((resolve) => {
      const stop = this.proxy.onRequest(ApiKey.EndTxn, () => {
        stop();
        resolve();
        return held;
      });
    });
    return { arrived, letGo };
  }

  /** Connections that producers have made so far, as a match for faults: those made later are not met. */
  producersUntilNow(): Match {
    const ids = new Set(
      this.proxy.requests
        .filter(({ apiKey }) => apiKey === ApiKey.InitProducerId)
        .map(({ connection }) => connection),
    );
    return ({ id }) => ids.has(id);
  }

  async stop(): Promise<void> {
    await this.broker.stop();
    await this.proxy.stop();
  }
}
