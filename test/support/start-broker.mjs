import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedBroker } from '../../dist/broker/embedded-broker.js';

export default async function startBroker() {
  process.env.TEST_STATE_DIR = mkdtempSync(join(tmpdir(), 'login-stream-test-'));
  globalThis.testBroker = await EmbeddedBroker.start({ env: process.env });
  process.env.TEST_BROKER = globalThis.testBroker.address;
}
