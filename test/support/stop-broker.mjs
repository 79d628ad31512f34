export default async function stopBroker() {
  await globalThis.testBroker?.stop();
}
