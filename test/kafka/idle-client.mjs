/**
 * Connects a producer to the broker, lets it idle, and prints how many timers were set and which warnings came meanwhile.
 *
 *   node idle-client.mjs <patched|unpatched> <broker> <milliseconds>
 */
import { createHook } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , which, broker, milliseconds] = process.argv;
const { Kafka } =
  which === 'patched' ? await import('../../dist/kafka/kafkajs.js') : (await import('kafkajs')).default;

const warnings = [];
process.on('warning', ({ name }) => warnings.push(name));

const producer = new Kafka({ clientId: 'idle', brokers: [broker], logLevel: 0 }).producer();
await producer.connect();
await producer.send({ topic: process.argv[5], messages: [{ value: 'awake' }] });

let timers = 0;
const hook = createHook({ init: (_id, type) => (timers += type === 'Timeout' ? 1 : 0) }).enable();
await sleep(Number(milliseconds));
hook.disable();
console.log(JSON.stringify({ timers, warnings }));
process.exit(0);
