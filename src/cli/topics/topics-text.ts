import { byteText, durationText, grouped } from '../support/quantities.js';
import { table } from '../support/table.js';
import type { Column } from '../support/table.js';
import type { Paint } from '../support/terminal.js';
import type { TopicRow } from './topic-row.js';

const right = (title: string): Column => ({ title, align: 'right' });

const COLUMNS: readonly Column[] = [
  { title: 'ROLE' },
  { title: 'TOPIC' },
  right('PARTITIONS'),
  right('REPLICAS'),
  right('RECORDS'),
  right('LARGEST'),
  { title: 'CLEANUP' },
  { title: 'RETENTION' },
];

const PARTITION_COLUMNS: readonly Column[] = [
  { title: 'TOPIC' },
  right('PARTITION'),
  right('START'),
  right('END'),
  right('LEADER'),
  { title: 'REPLICAS' },
  { title: 'IN SYNC' },
];

const UNKNOWN = '?';

/** A line for each topic. */
export function topicsText(rows: readonly TopicRow[], paint: Paint): string {
  return table(
    COLUMNS,
    rows.map((row) => cells(row, paint)),
    (line) => paint('bold', line),
  );
}

function cells(row: TopicRow, paint: Paint): string[] {
  if (row.topic === null)
    return [row.role, paint('dim', `(off: ${row.variable} is empty)`), '', '', '', '', '', ''];
  if (!row.exists) return [row.role, row.topic, paint('yellow', 'missing'), '', '', '', '', ''];
  return [
    row.role,
    row.topic,
    grouped(row.partitions.length),
    known(row.replication, String),
    known(row.records, grouped),
    known(row.max_message_bytes, byteText),
    row.cleanup_policy ?? UNKNOWN,
    retentionText(row),
  ];
}

function retentionText({ retention_ms, retention_bytes }: TopicRow): string {
  const time = known(retention_ms, (ms) => (ms < 0 ? 'for ever' : durationText(ms)));
  return retention_bytes === null || retention_bytes < 0
    ? time
    : `${time}, ${byteText(retention_bytes)} a partition`;
}

/** A line for each partition of each topic. */
export function partitionsText(rows: readonly TopicRow[], paint: Paint): string {
  const lines = rows.flatMap(({ topic, partitions }) =>
    partitions.map((each) => [
      topic ?? '',
      String(each.partition),
      known(each.start_offset, grouped),
      known(each.end_offset, grouped),
      each.leader === null ? paint('red', 'none') : String(each.leader),
      each.replicas.join(','),
      each.in_sync.length < each.replicas.length
        ? paint('yellow', each.in_sync.join(','))
        : each.in_sync.join(','),
    ]),
  );
  return table(PARTITION_COLUMNS, lines, (line) => paint('bold', line));
}

const known = (value: number | null, text: (value: number) => string): string =>
  value === null ? UNKNOWN : text(value);
