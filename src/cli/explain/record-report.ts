import { isUtf8 } from 'node:buffer';
import { headerList } from '../../kafka/outgoing-record.js';
import type { OutgoingRecord, TopicRecords } from '../../kafka/outgoing-record.js';
import type { HeaderValue } from '../../pipeline/raw-record.js';
import type { BytesReport, RecordReport } from './explanation.js';

/** The records of a batch as they would be read from their topics. */
export function recordReports(topics: readonly TopicRecords[]): RecordReport[] {
  return topics.flatMap(({ topic, records }) => records.map((record) => recordReport(topic, record)));
}

function recordReport(topic: string, { key, headers, value }: OutgoingRecord): RecordReport {
  return {
    topic,
    key: bytesReport(key),
    headers: headerList(headers ?? {}).map(([name, each]) => ({ name, value: bytesReport(each) })),
    value: JSON.parse(String(value)) as unknown,
  };
}

function bytesReport(value: HeaderValue): BytesReport | null {
  if (value === null) return null;
  if (typeof value === 'string') return { text: value };
  return isUtf8(value) ? { text: value.toString() } : { base64: value.toString('base64') };
}
