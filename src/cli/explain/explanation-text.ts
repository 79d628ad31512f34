import type { Paint } from '../support/terminal.js';
import { printable, printableJson } from '../support/terminal.js';
import { grouped } from '../support/quantities.js';
import { table } from '../support/table.js';
import type { BytesReport, Explanation, OutcomeName, RecordReport, StageReport } from './explanation.js';

const COLOUR = {
  processed: 'green',
  passed: 'green',
  filtered: 'yellow',
  failed: 'red',
  error: 'red',
} as const;

/** Bytes of a key or header that are shown; all of them are in the record. */
const SHOWN = 200;

/** The explanation for people: the outcome, a section for each stage, then the records. */
export function explanationText(explanation: Explanation, topics: TopicNames, paint: Paint): string {
  const { outcome, profile, message, stages, records } = explanation;
  const first =
    `${paint(['bold', COLOUR[outcome]], outcome)}: ${grouped(message.bytes)} bytes, ` +
    `arrival ${message.arrival}, profile ${profile}`;
  const written =
    records.length > 0
      ? records.map((record) => recordText(record, paint))
      : [`Nothing is written: ${topics[outcome]} is empty. The record is counted.`];
  return [first, ...stages.map((stage) => stageText(stage, paint)), ...written]
    .map((section) => `${section.trimEnd()}\n`)
    .join('\n');
}

/** The variable that names the topic of each outcome. */
type TopicNames = Readonly<Record<OutcomeName, string>>;

function stageText({ stage, result, summary, ...rest }: StageReport, paint: Paint): string {
  const { violations = [], adds = [], settings = {}, notes = [] } = rest;
  const lines = [`${paint('bold', stage)}  ${paint(COLOUR[result], result)}  ${printable(summary)}`];
  const rows = [
    ...violations.map(({ field, rule, message }) => [
      `  ${printable(field ?? '(record)')}`,
      rule,
      printable(message),
    ]),
    ...adds.flatMap(({ by, fields }) =>
      Object.entries(fields).map(([name, value]) => [`  ${name}`, paint('dim', by), printableJson(value)]),
    ),
  ];
  if (rows.length > 0) lines.push(table([{ title: '' }, { title: '' }, { title: '' }], rows).trimEnd());
  lines.push(...notes.map((note) => `  ${printable(note)}`));
  const deciding = Object.entries(settings).map(([name, value]) => `${name}=${printable(value)}`);
  if (deciding.length > 0) lines.push(`  ${paint('dim', deciding.join('  '))}`);
  return lines.join('\n');
}

function recordText({ topic, key, headers, value }: RecordReport, paint: Paint): string {
  const rows = headers.map((header) => [`  ${printable(header.name)}`, bytesText(header.value)]);
  return [
    `${paint('bold', 'write')}  to ${paint('bold', topic)}, key ${bytesText(key)}`,
    ...(rows.length > 0 ? [table([{ title: '' }, { title: '' }], rows).trimEnd()] : []),
    printableJson(value, 2),
  ].join('\n');
}

function bytesText(bytes: BytesReport | null): string {
  if (bytes === null) return '(null)';
  const [text, kind] = 'text' in bytes ? [printable(bytes.text), ''] : [bytes.base64, 'base64 '];
  return kind + (text.length > SHOWN ? `${text.slice(0, SHOWN)}… (${text.length} characters)` : text);
}
