import { EmbeddedBroker } from '../../dist/broker/embedded-broker.js';

export default async function startBroker() {
  globalThis.testBroker = await EmbeddedBroker.start({ env: process.env });
  process.env.TEST_BROKER = globalThis.testBroker.address;
}
