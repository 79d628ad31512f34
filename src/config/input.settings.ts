import { integer, oneOf } from './rule.js';
import { Setting } from './setting.decorator.js';

export const UNKNOWN_FIELDS = ['keep', 'drop', 'reject'] as const;
export type UnknownFields = (typeof UNKNOWN_FIELDS)[number];

/** What is accepted as a login. */
export class InputSettings {
  static readonly title = 'Input';

  /** Bytes. At most 100 MiB, so that four times as much fits the broker's 32-bit limit of the error topic. */
  @Setting('MAX_MESSAGE_BYTES', integer(1, 104_857_600), 'A larger message is an error, in bytes.')
  readonly maxMessageBytes: number = 1_048_576;

  @Setting(
    'MAX_JSON_DEPTH',
    integer(1, 1_000),
    'A message nested deeper is an error; the outermost object is level 1.',
  )
  readonly maxJsonDepth: number = 32;

  /** Seconds. */
  @Setting(
    'MAX_FUTURE_SECONDS',
    integer(0, 999_999_999_999),
    'An event time further after the record’s arrival is an error, in seconds.',
  )
  readonly maxFutureSeconds: number = 3_600;

  @Setting(
    'UNKNOWN_FIELDS',
    oneOf(UNKNOWN_FIELDS),
    'What becomes of fields that are not part of a login: `keep` writes them to the output, `drop` leaves them out, `reject` makes the record an error.',
  )
  readonly unknownFields: UnknownFields = 'drop';
}
