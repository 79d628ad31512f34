import { runLoop } from './kafka.mjs';
import { judge } from './plain-work.mjs';

/** The same job as login-stream, as one would write it by hand in a kafkajs loop. */
const { OUTPUT_TOPIC, FILTERED_TOPIC, ERROR_TOPIC } = process.env;

await runLoop(({ topic, partition, messages }) => {
  const outcomes = { processed: [], filtered: [], error: [] };
  for (const message of messages) {
    const { outcome, record } = judge(message, { topic, partition });
    outcomes[outcome].push(record);
  }
  return [
    { topic: OUTPUT_TOPIC, messages: outcomes.processed },
    { topic: FILTERED_TOPIC, messages: outcomes.filtered },
    { topic: ERROR_TOPIC, messages: outcomes.error },
  ];
});
