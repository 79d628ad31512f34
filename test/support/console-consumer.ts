import { consoleTool } from './console-tool.js';

/** What Kafka's own console consumer prints of a topic: headers, key and value of each record, raw bytes and all. */
export async function consoleConsumer(broker: string, topic: string): Promise<string> {
  const printed = await consume(broker, ['--topic', topic, '--timeout-ms', '5000'], {
    'print.headers': 'true',
  });
  return String(printed);
}

export interface ConsoleRecord {
  readonly key: string;
  readonly value: Buffer | null;
}

/** Not part of any text that the tests write. */
const MARKS = { value: '<<value>>', end: '<<end>>', null: '<<null>>' };

/** The records of some topics, byte for byte, as Kafka's own console consumer reads them; it ends when it has so many. */
export async function consoleRecords(
  broker: string,
  topics: readonly string[],
  count: number,
): Promise<ConsoleRecord[]> {
  const printed = await consume(
    broker,
    ['--include', topics.join('|'), '--max-messages', String(count), '--timeout-ms', '60000'],
    { 'key.separator': MARKS.value, 'line.separator': MARKS.end, 'null.literal': MARKS.null },
  );
  const records: ConsoleRecord[] = [];
  for (let start = 0, end; (end = printed.indexOf(MARKS.end, start)) >= 0; start = end + MARKS.end.length) {
    const split = printed.indexOf(MARKS.value, start);
    const value = printed.subarray(split + MARKS.value.length, end);
    records.push({
      key: printed.toString('utf8', start, split),
      value: value.equals(Buffer.from(MARKS.null)) ? null : value,
    });
  }
  return records;
}

function consume(
  broker: string,
  args: readonly string[],
  properties: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const format = Object.entries({ 'print.key': 'true', ...properties });
  return consoleTool('consumer.ConsoleConsumer', [
    ...['--bootstrap-server', broker, '--from-beginning', '--isolation-level', 'read_committed'],
    ...args,
    ...format.flatMap(([name, value]) => ['--formatter-property', `${name}=${value}`]),
  ]);
}
