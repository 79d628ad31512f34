import type { HeaderValue, RawRecord, RecordHeaders } from '../../pipeline/raw-record.js';
import { printable, printableJson } from '../support/terminal.js';
import { oneLine, utf8 } from './record-value.js';
import type { Value } from './record-value.js';

/**
 * A record as one line of JSON: topic, partition, offset, timestamp (ms), key, headers, value. A value that is JSON
 * stands there as it is, digit for digit (control characters as `\u` escapes). Of any other, `value_encoding` says what stands there: `text`, `base64`, or
 * `none` for a null value. Keys and headers are strings, or `{"base64": …}` where they are not UTF-8.
 */
export function recordJson(record: RawRecord, topic: string, partition: number, value: Value): string {
  const head = `"topic":${quoted(topic)},"partition":${partition},"offset":${record.offset},"timestamp":${record.timestamp}`;
  return `{${head},"key":${bytesJson(record.key)},"headers":${headersJson(record.headers)},${valueJson(value)}}\n`;
}

function valueJson(value: Value): string {
  switch (value.kind) {
    case 'json':
      return `"value":${printable(oneLine(value.text))}`;
    case 'text':
      return `"value":${quoted(value.text)},"value_encoding":"text"`;
    case 'bytes':
      return `"value":"${value.bytes.toString('base64')}","value_encoding":"base64"`;
    case 'none':
      return '"value":null,"value_encoding":"none"';
  }
}

function headersJson(headers: RecordHeaders | undefined): string {
  const members = Object.keys(headers ?? {}).map((name) => `${quoted(name)}:${headerJson(headers![name])}`);
  return `{${members.join(',')}}`;
}

const headerJson = (value: HeaderValue | HeaderValue[] | undefined): string =>
  Array.isArray(value) ? `[${value.map(bytesJson).join(',')}]` : bytesJson(value ?? null);

function bytesJson(value: HeaderValue): string {
  if (value === null) return 'null';
  const text = typeof value === 'string' ? value : utf8(value);
  return text === null ? `{"base64":"${(value as Buffer).toString('base64')}"}` : quoted(text);
}

const quoted = (text: string): string => printableJson(text);
