import { Command } from 'commander';
import type { TopicMode } from '../../config/topic.settings.js';
import { reportTopics } from '../../kafka/topic-report.js';
import { withClusterAdmin } from '../support/cluster.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import { serviceTopics } from './topic-roles.js';
import { topicRow } from './topic-row.js';
import type { TopicRow } from './topic-row.js';
import { partitionsText, topicsText } from './topics-text.js';

interface TopicsOptions {
  readonly partitions?: true;
  readonly json?: true;
}

export function topicsCommand(): Command {
  const command = new Command('topics')
    .summary('Shows the topics of the service.')
    .description(
      'Shows the topics of the service on the cluster of KAFKA_BROKERS: role, partitions, replicas, records, the largest ' +
        'record batch that each takes, and its retention. RECORDS counts offsets that are in the log; with exactly-once ' +
        'delivery one or two per batch are transaction markers, not records.',
    )
    .option('--partitions', 'a line for each partition: first offset, end offset, leader, replicas')
    .option('--json', 'machine-readable; always with partitions')
    .action(topics);
  return withHelp(command, {
    examples: {
      topics: 'one line for each topic',
      'topics --partitions': 'offsets and leaders too',
      "topics --json | jq '.topics[] | select(.exists | not).topic'": 'the topics that are missing or off',
    },
  });
}

async function topics({ partitions, json }: TopicsOptions): Promise<void> {
  const settings = await commandSettings();
  const all = serviceTopics(settings.topic);
  const names = all.map(({ name }) => name).filter((name) => name !== '');
  const reports = await withClusterAdmin(settings, (admin) => reportTopics(admin, names));
  const rows = all.map((topic) => topicRow(topic, reports.get(topic.name)));
  if (json) console.log(printableJson({ topics: rows }, 2));
  else process.stdout.write((partitions ? partitionsText : topicsText)(rows, painter()));
  sayWhatIsMissing(rows, settings.topic.mode);
}

function sayWhatIsMissing(rows: readonly TopicRow[], mode: TopicMode): void {
  const missing = rows.filter(({ topic, exists }) => topic !== null && !exists);
  if (missing.length === 0) return;
  console.error(`Missing: ${missing.map(({ topic }) => topic).join(', ')}. ${WHAT_HAPPENS[mode]}`);
}

const WHAT_HAPPENS: Readonly<Record<TopicMode, string>> = {
  create:
    'With TOPICS=create the service creates missing output topics at start, and waits for a missing input topic.',
  'create-all': 'With TOPICS=create-all the service creates them at start.',
  verify: 'With TOPICS=verify the service does not start without them.',
};
