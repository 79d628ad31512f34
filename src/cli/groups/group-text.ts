import { grouped } from '../support/quantities.js';
import { table } from '../support/table.js';
import type { Column } from '../support/table.js';
import { printable } from '../support/terminal.js';
import type { Paint } from '../support/terminal.js';
import type { GroupRow } from './group-row.js';

const right = (title: string): Column => ({ title, align: 'right' });

const MEMBER_COLUMNS: readonly Column[] = [
  { title: 'MEMBER' },
  { title: 'CLIENT ID' },
  { title: 'HOST' },
  { title: 'PARTITIONS' },
];

const PARTITION_COLUMNS: readonly Column[] = [
  right('PARTITION'),
  right('COMMITTED'),
  right('END'),
  right('LAG'),
  { title: 'MEMBER' },
];

/** A line about the group, then its members, then the partitions of the input topic with what is still to be read. */
export function groupText(row: GroupRow, paint: Paint): string {
  const heading = (line: string) => paint('bold', line);
  const count = row.members.length === 1 ? '1 member' : `${row.members.length} members`;
  const state = paint(row.state === 'Stable' ? 'green' : 'yellow', String(row.state));
  const first = `${paint('bold', row.group)}: ${state}, ${count}, reads ${row.topic}\n`;
  const members = row.members.map((member) => [
    printable(member.member_id),
    printable(member.client_id),
    member.host,
    member.partitions.join(', ') || paint('dim', '(none)'),
  ]);
  const partitions = row.partitions.map((each) => [
    String(each.partition),
    each.committed_offset === null ? paint('dim', '(none)') : grouped(each.committed_offset),
    grouped(each.end_offset),
    each.lag === 0 ? '0' : paint('yellow', grouped(each.lag)),
    each.member_id === null ? paint('dim', '(none)') : printable(each.member_id),
  ]);
  const sections = [first];
  if (members.length > 0) sections.push(table(MEMBER_COLUMNS, members, heading));
  if (partitions.length > 0)
    sections.push(
      `${table(PARTITION_COLUMNS, partitions, heading)}Total lag: ${paint('bold', grouped(row.total_lag))}\n`,
    );
  return sections.join('\n');
}
