import type { HeaderValue, RawRecord } from '../../pipeline/raw-record.js';
import type { Paint } from '../support/terminal.js';
import { printable } from '../support/terminal.js';
import { oneLine, utf8 } from './record-value.js';
import type { Value } from './record-value.js';

/** More of a key or a header is cut off. */
const MOST_CHARACTERS = 120;

/**
 * A record for people: a line with partition and offset, time, key and headers, and a line with the value. What others
 * have written is made harmless to a terminal.
 */
export function recordText(record: RawRecord, partition: number, value: Value, paint: Paint): string {
  const time = new Date(Number(record.timestamp)).toISOString();
  const parts = [
    paint('bold', `${partition}@${record.offset}`),
    paint('dim', time),
    keyText(record.key, paint),
  ];
  for (const [name, header] of Object.entries(record.headers ?? {}))
    for (const each of Array.isArray(header) ? header : [header ?? null])
      parts.push(paint('dim', `${printable(name)}=${cut(each)}`));
  return `${parts.join('  ')}\n${valueText(value, paint)}\n`;
}

function keyText(key: Buffer | null, paint: Paint): string {
  return key === null ? paint('dim', '(no key)') : paint('cyan', cut(key));
}

function valueText(value: Value, paint: Paint): string {
  switch (value.kind) {
    case 'json':
      return coloured(printable(oneLine(value.text)), paint);
    case 'text':
      return `${paint('red', '(not JSON)')} ${printable(value.text)}`;
    case 'bytes':
      return `${paint('red', '(not UTF-8, base64)')} ${value.bytes.toString('base64')}`;
    case 'none':
      return paint('red', '(null)');
  }
}

function cut(value: HeaderValue): string {
  if (value === null) return 'null';
  const text = typeof value === 'string' ? value : (utf8(value) ?? `base64:${value.toString('base64')}`);
  return text.length <= MOST_CHARACTERS ? printable(text) : `${printable(text.slice(0, MOST_CHARACTERS))}…`;
}

const TOKEN = /("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|true|false|null|-?\d[\d.eE+-]*/g;

/** Names, texts and other values of JSON in different colours; nothing else is changed. */
function coloured(json: string, paint: Paint): string {
  return json.replace(TOKEN, (token, text?: string, colon?: string) => {
    if (text === undefined) return paint('yellow', token);
    return colon === undefined ? paint('green', token) : `${paint('blue', text)}${colon}`;
  });
}
