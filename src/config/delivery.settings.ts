import { integer, oneOf } from './rule.js';
import { Setting } from './setting.decorator.js';

export const DELIVERIES = ['exactly-once', 'at-least-once'] as const;
export type Delivery = (typeof DELIVERIES)[number];

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** How records are fetched and written. */
export class DeliverySettings {
  static readonly title = 'Delivery';

  @Setting(
    'DELIVERY',
    oneOf(DELIVERIES),
    '`exactly-once` writes outcomes and offsets in one Kafka transaction; with `at-least-once` a crash can repeat outcomes.',
  )
  readonly delivery: Delivery = 'exactly-once';

  @Setting('COMPRESSION', oneOf(COMPRESSIONS), 'Compression of what is written; all can be read.')
  readonly compression: Compression = 'snappy';

  /** Bytes. */
  @Setting(
    'BATCH_MAX_BYTES',
    integer(1_024, 1_073_741_824),
    'How much is fetched at once, in bytes per partition.',
  )
  readonly batchMaxBytes: number = 1_048_576;

  /** Milliseconds. Not 0: the consumer would ask an idle broker again and again without a pause. */
  @Setting(
    'BATCH_MAX_WAIT_MS',
    integer(1, 5_000),
    'How long the broker may wait for more records before it answers, in ms.',
  )
  readonly batchMaxWaitMs: number = 100;
}
