import fc from 'fast-check';
import type { RawRecord } from './raw-record.js';

/** Arbitrary records for fuzzing, from noise to what is nearly a login. */

const FIELDS = ['user_id', 'app_version', 'device_type', 'ip', 'locale', 'device_id', 'timestamp'];

/** JSON texts that are right for one field or another, or just not. */
const VALUES = [
  ...['"u"', '"2.3.0"', '"ios"', '"Android"', '"web"', '"1.2.3.4"', '"::1"', '"NC"', '"de-DE"', '1711302636'],
  ...[
    '"1711302636"',
    '1e3',
    '1.0',
    '-0',
    '0',
    '-1',
    '1.5',
    '1e400',
    '99999999999',
    '9007199254740993',
    '1e20',
  ],
  ...['null', 'true', '[]', '{}', '""', '" "', '"\\ufeff"', '"\\u200b"', '"\\ud800"', '"\\ud83d\\ude00"'],
  ...['"02.3.0"', '"1.2.3.256"', '"fe80::1%eth0"', '"::ffff:1.2.3.4"', '"N"', '"0"', '"01"', '"__proto__"'],
  ...[
    '{"__proto__":1}',
    '[[[[1]]]]',
    '{"a":{"b":{"c":{}}}}',
    'NaN',
    '01',
    '"\u0001"',
    `"${'x'.repeat(129)}"`,
  ],
  ...[`"${'😀'.repeat(64)}"`, `"${'é'.repeat(36)}"`, `[${'1e20,'.repeat(150)}1]`, '"\\"\\\\"'],
];

const NAMES = [
  ...[...FIELDS, ...FIELDS, '__proto__', '\\u005f_proto__', 'constructor', 'toString', 'region', 'raw'],
  ...['event_time', 'unknown_fields', '7', '', 'User_Id', 'user\\u005fid', '\\ud800'],
];

const PIECES = [
  ...['{', '}', '[', ']', '"', ':', ',', '\\', '\\u', '0', '-', 'e9', '.', ' ', '\n', '\0', '\ufeff', 'null'],
  ...['"__proto__":1,', '"ip":5,', '"a":[[[[]]]],', '\ud800', 'é', '😀', '/*', '//', 'NaN', '9'.repeat(20)],
].map((piece) => Buffer.from(piece));

/** An operation on bytes: a place, and what happens there. */
type Mutation = (value: Buffer) => Buffer;

const mutation: fc.Arbitrary<Mutation> = fc
  .record({ kind: fc.nat(5), at: fc.nat(), length: fc.nat(12), bit: fc.nat(7), piece: fc.nat() })
  .chain((drawn) => fc.uint8Array({ maxLength: 3 }).map((noise) => ({ ...drawn, noise })))
  .map(({ kind, at, length, bit, piece, noise }) => (value: Buffer) => {
    const place = at % (value.length + 1);
    const [before, behind] = [value.subarray(0, place), value.subarray(place)];
    switch (kind) {
      case 0:
        return Buffer.concat([before, behind.map((byte, index) => (index === 0 ? byte ^ (1 << bit) : byte))]);
      case 1:
        return before;
      case 2:
        return Buffer.concat([before, behind.subarray(length)]);
      case 3:
        return Buffer.concat([before, noise, behind]);
      case 4:
        return Buffer.concat([before, PIECES[piece % PIECES.length], behind]);
      default:
        return Buffer.concat([before, behind.subarray(0, length), behind]);
    }
  });

/** Some of the values, changed in some places. */
const mutated = (values: readonly Buffer[]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(fc.constantFrom(...values), fc.array(mutation, { maxLength: 3 }))
    .map(([value, mutations]) => mutations.reduce((changed, mutate) => mutate(changed), value));

const RIGHT: Readonly<Record<string, string>> = {
  user_id: '"a user"',
  app_version: '"2.3.0"',
  device_type: '"iOS"',
  ip: '"1.2.3.4"',
  locale: '"NC"',
  device_id: '"a device"',
  timestamp: '1711302636',
};

/** A login whose members are swapped, taken away, duplicated or given values of other types. */
const object: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.uniqueArray(fc.constantFrom(...FIELDS), { maxLength: 1 }),
    fc.array(
      fc.tuple(
        fc.constantFrom(...NAMES),
        fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, fc.json({ maxDepth: 6 })),
        fc.boolean(),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([without, further]) => {
    let members = Object.entries(RIGHT)
      .filter(([name]) => !without.includes(name))
      .map(([name, text]) => `"${name}":${text}`);
    for (const [name, text, first] of further)
      members = first ? [`"${name}":${text}`, ...members] : [...members, `"${name}":${text}`];
    return Buffer.from(`{${members.join(',')}}`);
  });

/** @param seeds values to start from, such as real messages */
export function hostileRecord(seeds: readonly Buffer[]): fc.Arbitrary<RawRecord> {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
  const value = fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 3, arbitrary: bytes },
    { weight: 3, arbitrary: fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)) },
    { weight: 10, arbitrary: object },
    { weight: 10, arbitrary: mutated(seeds) },
  );
  const header = fc.oneof(fc.constant(null), bytes);
  return fc.record({
    offset: fc.nat().map(String),
    timestamp: fc.constantFrom('-1', '0', '1711302636000', '1729894076500'),
    key: fc.oneof(fc.constant(null), bytes),
    value,
    headers: fc.oneof(
      fc.constant({}),
      fc.dictionary(
        fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom('__proto__', 'x-dlq-value', 'x-dlq-sha256')),
        fc.oneof(header, fc.array(header, { maxLength: 3 })),
        { maxKeys: 3 },
      ),
    ),
  });
}
