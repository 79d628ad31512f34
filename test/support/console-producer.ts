import type { Compression } from '../../src/config/delivery.settings.js';
import { consoleTool } from './console-tool.js';

export interface ConsoleMessage {
  readonly key: string;
  /** Well-formed text without line breaks: the console producer takes a line for a record. */
  readonly value: string | null;
}

const NULL = '<<null>>';

/** Writes records with Kafka's own console producer, in batches of up to 512 KiB. */
export async function consoleProducer(
  broker: string,
  topic: string,
  compression: Compression,
  messages: readonly ConsoleMessage[],
): Promise<void> {
  const lines = messages.map(({ key, value }) => `${key}\t${value ?? NULL}\n`);
  await consoleTool(
    'ConsoleProducer',
    [
      ...['--bootstrap-server', broker, '--topic', topic, '--compression-codec', compression],
      ...['--batch-size', String(512 * 1024), '--request-timeout-ms', '30000'],
      ...['--reader-property', 'parse.key=true', '--reader-property', `null.marker=${NULL}`],
    ],
    lines.join(''),
  );
}
