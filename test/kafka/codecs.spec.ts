import { afterEach, describe, expect, it } from '@jest/globals';
import { CODECS } from '../../src/kafka/codecs.js';
import { createTopic, produce, readAll, sharedBroker, uniqueName } from '../support/kafka.js';
import { LaneFixture, numbers } from './lane-fixture.js';

/** The broker, which is Java, compresses a topic's records anew when the topic says so: the other implementation. */
describe.each(Object.keys(CODECS))('records compressed with %s', (codec) => {
  const brokersName = codec === 'none' ? 'uncompressed' : codec;
  let lanes: LaneFixture | undefined;

  afterEach(() => lanes?.close());

  it('by Java are read', async () => {
    const topic = uniqueName('java-wrote');
    await createTopic(sharedBroker(), topic, 1, { 'compression.type': brokersName });
    // Larger than one block of a snappy stream, and of an lz4 frame.
    const texts = numbers(0, 400).map((n) => JSON.stringify({ n, text: `${n} `.repeat(200) }));
    await produce(
      sharedBroker(),
      topic,
      texts.map((value) => ({ value })),
    );
    expect((await readAll(sharedBroker(), topic)).map(({ value }) => String(value))).toEqual(texts);
  });

  it('by us are read by Java, and by us', async () => {
    const other = codec === 'gzip' ? 'zstd' : 'gzip';
    lanes = await LaneFixture.create(sharedBroker(), {
      settings: { COMPRESSION: codec },
      outputConfig: { 'compression.type': other },
    });
    const plain = await LaneFixture.create(sharedBroker(), { settings: { COMPRESSION: codec } });
    for (const each of [lanes, plain]) {
      const { client } = each.process();
      await client.claim(0, each.lease());
      await client.publishOutcomes(0, each.outcomes(0, 3_000), each.lease());
      expect(await each.writtenOffsets(3_000)).toEqual(numbers(0, 3_000));
    }
    await plain.close();
  });
});
