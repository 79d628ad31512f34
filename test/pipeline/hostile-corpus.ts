import { readFileSync } from 'node:fs';
import type { HeaderValue, RecordHeaders } from '../../src/pipeline/raw-record.js';

/**
 * An entry of `test/fixtures/hostile-corpus.ndjson`: one input, what it needs, and what must become of it.
 *
 * The value is either given whole (`value`), or it is a valid login of which something is changed; its `user_id` and
 * `device_id` are the name of the entry, so that no two values are the same.
 */
interface Entry {
  /** A phrase; unique. */
  readonly name: string;
  /** Settings of the service, where the defaults do not do. */
  readonly settings?: Readonly<Record<string, string>>;
  /** When the record arrives, in milliseconds; {@link ARRIVAL} unless the entry is about that. */
  readonly arrival?: number;

  readonly value?: Bytes | null;
  /** Other values of the login's fields. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** The same as JSON text, valid or not. */
  readonly raw?: Readonly<Record<string, Bytes>>;
  /** Fields that are left out. */
  readonly without?: readonly string[];
  /** Further members behind the login's own, as JSON text. */
  readonly more?: Bytes;
  /** Bytes that the whole value has: spaces are put behind it. */
  readonly size?: number;
  readonly key?: Bytes | null;
  /** With `times`, so many headers: `name-0`, `name-1`, … */
  readonly headers?: readonly { name: string; value: Bytes | null; times?: number }[];

  readonly outcome: 'processed' | 'filtered' | 'error';
  /** Some of the fields of the processed record. */
  readonly output?: Readonly<Record<string, unknown>>;
  readonly clean_type?: string;
  readonly error_type?: string;
  /** Every failed rule, in order: `field rule`, or only the rule where the record as a whole is broken. */
  readonly errors?: readonly string[];
}

/** Text as UTF-8, or parts: text, bytes in hexadecimal, and repetitions. */
type Bytes = string | readonly Part[];
type Part = string | { readonly hex: string } | { readonly repeat: Part; readonly times: number };

/** An entry with the bytes that it stands for. */
export interface HostileInput {
  readonly entry: Entry;
  readonly arrival: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

const ARRIVAL = 1_729_894_076_000;

/** A login a second before {@link ARRIVAL}: valid, unless the changes say otherwise. */
export const loginOf = (id: string, changes?: object): Record<string, unknown> => ({
  user_id: id,
  app_version: '2.3.0',
  device_type: 'ios',
  ip: '1.2.3.4',
  locale: 'NC',
  device_id: id,
  timestamp: ARRIVAL / 1000 - 1,
  ...changes,
});

/** The whole corpus, in the order of the file. */
export function hostileCorpus(): HostileInput[] {
  const file = new URL('../fixtures/hostile-corpus.ndjson', import.meta.url);
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const entry = JSON.parse(line) as Entry;
    return {
      entry,
      arrival: entry.arrival ?? ARRIVAL,
      key: entry.key === undefined ? Buffer.from(`key of ${entry.name}`) : bytesOrNull(entry.key),
      value: valueOf(entry),
      headers: headersOf(entry),
    };
  });
}

function valueOf(entry: Entry): Buffer | null {
  if (entry.value !== undefined) return bytesOrNull(entry.value);
  const { name, fields, raw = {}, without = [], more, size = 0 } = entry;
  const login = loginOf(name, fields);
  const members = Object.entries(login)
    .filter(([field]) => !without.includes(field))
    .map(([field, value]) => member(field, raw[field] ?? JSON.stringify(value)));
  if (more !== undefined) members.push(bytes(more));
  const comma = Buffer.from(',');
  const listed = members.flatMap((each, index) => (index === 0 ? [each] : [comma, each]));
  const whole = Buffer.concat([Buffer.from('{'), ...listed, Buffer.from('}')]);
  return Buffer.concat([whole, Buffer.alloc(Math.max(0, size - whole.length), ' ')]);
}

const member = (name: string, text: Bytes): Buffer =>
  Buffer.concat([Buffer.from(`${JSON.stringify(name)}:`), bytes(text)]);

function headersOf({ headers = [] }: Entry): RecordHeaders {
  const values = new Map<string, HeaderValue[]>();
  for (const { name, value, times } of headers)
    for (let index = 0; index < (times ?? 1); index++) {
      const each = times === undefined ? name : `${name}-${index}`;
      values.set(each, [...(values.get(each) ?? []), bytesOrNull(value)]);
    }
  return Object.fromEntries(values);
}

const bytesOrNull = (given: Bytes | null): Buffer | null => (given === null ? null : bytes(given));

const bytes = (given: Bytes): Buffer =>
  typeof given === 'string' ? Buffer.from(given) : Buffer.concat(given.map(bytesOf));

function bytesOf(part: Part): Buffer {
  if (typeof part === 'string') return Buffer.from(part);
  if ('hex' in part) return Buffer.from(part.hex, 'hex');
  const once = bytesOf(part.repeat);
  return Buffer.alloc(once.length * part.times, once);
}
