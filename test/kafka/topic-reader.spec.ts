import { describe, expect, it } from '@jest/globals';
import { createTopic, kafkaAt, readAll, sharedBroker, uniqueName } from '../support/kafka.js';

const TRANSACTIONS = 30;

describe('reading a topic up to its end', () => {
  it('includes what was committed a moment ago, each time', async () => {
    const topic = uniqueName('topic');
    await createTopic(sharedBroker(), topic, 3);
    const producer = kafkaAt(sharedBroker()).producer({ transactionalId: topic, idempotent: true });
    await producer.connect();
    for (let count = 1; count <= TRANSACTIONS; count++) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: String(count), partition: count % 3 }] });
      await transaction.commit();
      expect(await readAll(sharedBroker(), topic)).toHaveLength(count);
    }
    await producer.disconnect();
  });

  it('waits for a transaction that is open, and leaves out what it aborts', async () => {
    const topic = uniqueName('topic');
    await createTopic(sharedBroker(), topic, 1);
    const producer = kafkaAt(sharedBroker()).producer({ transactionalId: topic, idempotent: true });
    await producer.connect();
    const open = await producer.transaction();
    await open.send({ topic, messages: [{ value: '1' }] });
    let ended = false;
    const reading = readAll(sharedBroker(), topic).finally(() => (ended = true));
    expect(await readAll(sharedBroker(), topic, true)).toHaveLength(1);
    expect(ended).toBe(false);
    await open.abort();
    expect(await reading).toEqual([]);
    await producer.disconnect();
  });
});
