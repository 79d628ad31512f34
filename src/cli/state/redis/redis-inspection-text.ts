import { byteText, grouped } from '../../support/quantities.js';
import { table } from '../../support/table.js';
import type { Column } from '../../support/table.js';
import { printable } from '../../support/terminal.js';
import type { Paint } from '../../support/terminal.js';
import { countedText, rememberedText } from '../inspection-text.js';
import type { PartitionReport, RedisInspection, SummaryReport } from './redis-inspection.js';

const right = (title: string): Column => ({ title, align: 'right' });
const COLUMNS = [
  ...[right('PARTITION'), right('APPLIED UP TO'), right('COMMITTED UP TO')],
  right('BATCHES KEPT'),
];

/** For people: which Redis, what the state is, what it has counted, then its partitions. */
export function redisInspectionText(inspection: RedisInspection, paint: Paint): string {
  const { address, server_version, unusable } = inspection;
  const version = server_version === null ? '' : `, version ${printable(server_version)}`;
  const lines = [`${paint('bold', `Redis at ${address}`)}${version}`, ...stateLines(inspection)];
  if (unusable !== null)
    lines.push(
      `${paint('red', 'Unusable:')} with these settings the service refuses it: it ${printable(unusable)}.`,
    );
  const rows = table(COLUMNS, inspection.partitions.map(cellsOf), (line) => paint('bold', line));
  return `${lines.join('\n')}\n\n${rows}`;
}

function stateLines({ group, kind, bytes, figures, summaries }: RedisInspection): string[] {
  if (kind === null)
    return [`  of          group ${printable(group)}: it was reset, and the next start makes it anew`];
  const topic = kind.layout.INPUT_TOPIC;
  const size = bytes === null ? '' : `, ${byteText(bytes)}`;
  const of = [`group ${printable(group)}`];
  if (typeof topic === 'string') of.push(`topic ${printable(topic)}`);
  if (kind.cluster !== null) of.push(`cluster ${printable(kind.cluster)}`);
  return [
    `  of          ${of.join(', ')}`,
    `  format      ${printable(kind.format)}${size}`,
    ...(figures === null
      ? []
      : [`  counted     ${countedText(figures)}`, `  remembered  ${rememberedText(figures)}`]),
    ...(summaries === null ? [] : [`  summaries   ${summaryText(summaries)}`]),
  ];
}

function summaryText({ numbered, published, waiting }: SummaryReport): string {
  const text = `${grouped(numbered)} numbered, written up to number ${grouped(published)}`;
  if (waiting === null) return text;
  return `${text}; number ${grouped(waiting)} is taken and not written yet, and new records wait for it`;
}

const cellsOf = ({ partition, next_offset, committed_offset, kept_batches }: PartitionReport): string[] => [
  String(partition),
  ...[next_offset, committed_offset].map((offset) => (offset === null ? '-' : grouped(offset))),
  grouped(kept_batches),
];
