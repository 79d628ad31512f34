import { CODECS } from '../../kafka/codecs.js';
import type { OutgoingRecord } from '../../kafka/outgoing-record.js';
import { Patience } from '../../kafka/patience.js';
import { TopicWriter } from '../../kafka/topic-writer.js';
import type { GeneratedRecord } from '../generator/generated-record.js';
import { commandKafka } from '../support/cluster.js';
import { grouped } from '../support/quantities.js';
import { commandSettings } from '../support/settings.js';
import { waitingText } from '../support/waiting.js';
import type { Target } from './target.js';

/**
 * The topic that the settings and the options name, once it is there and can be written to.
 *
 * @param say told what is waited for
 */
export async function openKafkaTarget(
  options: { readonly topic?: string; readonly wait: number },
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Target> {
  const settings = await commandSettings();
  const topic = options.topic ?? settings.topic.input;
  const patience = new Patience({
    limitMs: options.wait * 1000,
    signal,
    onWait: (error, seconds) => say(waitingText(error, seconds)),
  });
  const codec = CODECS[settings.delivery.compression];
  const writer = new TopicWriter(commandKafka(settings), { topic, codec, patience, signal });
  await writer.open();
  say(`Sending to ${topic}. Ctrl-C ends.`);
  return new KafkaTarget(topic, writer);
}

/** Writes the records to a topic. */
class KafkaTarget implements Target {
  constructor(
    readonly name: string,
    private readonly writer: TopicWriter,
  ) {}

  send(records: readonly GeneratedRecord[]): Promise<void> {
    return this.writer.send(records.map(outgoing));
  }

  doubts(): string {
    const { uncertain } = this.writer;
    if (uncertain === 0) return '';
    return `Sends of ${grouped(uncertain)} records failed: the topic may hold these once more than is counted here.`;
  }

  close(): void {
    this.writer.close();
  }
}

/** They answer for no input. */
const SOURCE_OFFSET = -1;

const outgoing = ({ key, value, headers }: GeneratedRecord): OutgoingRecord => ({
  key,
  value,
  headers,
  sourceOffset: SOURCE_OFFSET,
});
