import { runLoop } from './kafka.mjs';

/** The yardstick: every record goes to the output with its key and value as they are. Less cannot be done. */
const topic = process.env.OUTPUT_TOPIC;

await runLoop(({ messages }) => [{ topic, messages: messages.map(({ key, value }) => ({ key, value })) }]);
