/** A metric of the service. Names start with `login_stream_`; labels are bounded by construction, never from data. */
export interface MetricDefinition {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  /** What it says, and what to do when it moves. */
  readonly help: string;
  readonly labels?: readonly string[];
  readonly buckets?: readonly number[];
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Every metric; the providers are made from this list. */
export const METRICS = {
  received: {
    type: 'counter',
    name: 'login_stream_received_total',
    help: 'Input records whose outcome is committed.',
    labels: ['partition'],
  },
  records: {
    type: 'counter',
    name: 'login_stream_records_total',
    help: 'Committed outcomes: processed, filtered or error.',
    labels: ['partition', 'outcome'],
  },
  filtered: {
    type: 'counter',
    name: 'login_stream_filtered_total',
    help: 'Filtered records by reason.',
    labels: ['reason'],
  },
  errors: {
    type: 'counter',
    name: 'login_stream_errors_total',
    help: 'Rejected records by error type. A jump after a deployment upstream is a broken producer.',
    labels: ['error_type'],
  },
  pausedPartitions: {
    type: 'gauge',
    name: 'login_stream_paused_partitions',
    help: 'Partitions of this instance that the error limit has paused. Alert on any: `/health` says why, `login-stream resume` lets them go on.',
  },
  partitionPauses: {
    type: 'counter',
    name: 'login_stream_partition_pauses_total',
    help: 'Times that the error limit has paused a partition.',
  },
  imbalance: {
    type: 'gauge',
    name: 'login_stream_imbalance_records',
    help: 'Received less processed, filtered and errors. Always 0; anything else is a fault of this service: report it.',
  },
  lag: {
    type: 'gauge',
    name: 'login_stream_lag_records',
    help: 'Records not yet settled, of the partitions of this instance, as of the last fetch of each.',
    labels: ['partition'],
  },
  batchRecords: {
    type: 'histogram',
    name: 'login_stream_batch_records',
    help: 'Records per batch.',
    buckets: [1, 3, 10, 30, 100, 300, 1000, 3000, 10000, 30000],
  },
  processing: {
    type: 'histogram',
    name: 'login_stream_batch_processing_seconds',
    help: 'Time from a batch’s arrival in the pipeline until its outcomes are ready to send.',
    buckets: SECONDS,
  },
  publishing: {
    type: 'histogram',
    name: 'login_stream_publish_seconds',
    help: 'Time from the hand-over of a batch’s outcomes until they are committed, waiting included.',
    buckets: SECONDS,
  },
  latency: {
    type: 'histogram',
    name: 'login_stream_end_to_end_latency_seconds',
    help: 'Time from the arrival of a batch’s oldest record in Kafka until its outcome is committed.',
    buckets: SECONDS,
  },
  retries: {
    type: 'counter',
    name: 'login_stream_publish_retries_total',
    help: 'Sends that were given up and repeated with a new producer. If it keeps growing, outcomes are waiting: see the log.',
  },
  offsetResets: {
    type: 'counter',
    name: 'login_stream_offset_resets_total',
    help: 'Times that a committed offset was not in the log any more, and reading went on from the earliest record. Alert on any: records were deleted before they were read, or the topic was made again.',
    labels: ['partition'],
  },
  rebalances: {
    type: 'gauge',
    name: 'login_stream_group_joins',
    help: 'How often this process has joined its consumer group.',
  },
  metricsRecordsDropped: {
    type: 'counter',
    name: 'login_stream_metrics_records_dropped_total',
    help: 'Metrics records that could not be written to `METRICS_TOPIC`. They are not sent again; the stream does not wait for them.',
  },
  stateRows: {
    type: 'gauge',
    name: 'login_stream_state_rows',
    help: 'Rows in each table of the state: users, devices, values remembered to find duplicates.',
    labels: ['table'],
  },
  stateEvictions: {
    type: 'gauge',
    name: 'login_stream_state_evictions',
    help: 'Rows that had to go because their table was full. If it grows, logins are judged with less memory than there are users or devices: raise MAX_USERS or MAX_DEVICES.',
    labels: ['table'],
  },
  stateOverflow: {
    type: 'gauge',
    name: 'login_stream_state_overflow',
    help: 'Times that a key found no room in a count by value and was counted as `other`: raise MAP_LIMIT, or look who sends such values.',
    labels: ['map'],
  },
  stateBytes: {
    type: 'gauge',
    name: 'login_stream_state_bytes',
    help: 'Memory that the rows of the state in use take, with their indexes.',
  },
  checkpointTime: {
    type: 'gauge',
    name: 'login_stream_checkpoint_timestamp_seconds',
    help: 'When the state was last written to `STATE_DIR`, in Unix seconds; 0 before the first time. Old while the stream flows: see `/health`.',
  },
  checkpointBytes: {
    type: 'gauge',
    name: 'login_stream_checkpoint_bytes',
    help: 'Size of the last checkpoint.',
  },
  checkpointPause: {
    type: 'gauge',
    name: 'login_stream_checkpoint_pause_seconds',
    help: 'How long batches had to wait for the last checkpoint.',
  },
  checkpointDuration: {
    type: 'gauge',
    name: 'login_stream_checkpoint_duration_seconds',
    help: 'How long the last checkpoint took to be written, while the stream flowed.',
  },
  checkpointFailures: {
    type: 'gauge',
    name: 'login_stream_checkpoint_failures',
    help: 'How often the state could not be written since the start. Alert if it grows: the disk of `STATE_DIR` is full or broken, and a restart takes longer.',
  },
  stateTrouble: {
    type: 'gauge',
    name: 'login_stream_state_trouble',
    help: '1 while the state cannot be written, or Redis is away or lacks something; else 0. `/health` says why.',
  },
  recoveredRecords: {
    type: 'gauge',
    name: 'login_stream_state_recovered_records',
    help: 'Records that were read again at the start, to make the state what it was.',
  },
  stateLosses: {
    type: 'gauge',
    name: 'login_stream_state_losses',
    help: 'What the state lacks since the start, as `STATE_RECOVERY=lenient` accepts it: 0 unless something was lost. `/health` names each.',
  },
  lookupSeconds: {
    type: 'histogram',
    name: 'login_stream_lookup_seconds',
    help: 'Time of each attempt of a look-up, for a whole batch, whatever came of it.',
    labels: ['processor'],
    buckets: SECONDS,
  },
  lookupFailures: {
    type: 'counter',
    name: 'login_stream_lookup_failures_total',
    help: 'Look-ups that threw (error), took too long (timeout) or answered in another shape (shape). The logins of the batch got default values, or their partition waits: see the log.',
    labels: ['processor', 'reason'],
  },
  ready: {
    type: 'gauge',
    name: 'login_stream_ready',
    help: '1 while `/health/ready` says 200: joined, Kafka answers, no outcomes wait, not stopping.',
  },
} as const satisfies Record<string, MetricDefinition>;
