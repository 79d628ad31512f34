import { rmSync } from 'node:fs';

export default async function stopBroker() {
  await globalThis.testBroker?.stop();
  rmSync(process.env.TEST_STATE_DIR, { recursive: true, force: true });
}
