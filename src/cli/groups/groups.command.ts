import { Command } from 'commander';
import { reportGroup } from '../../kafka/group-report.js';
import { withClusterAdmin } from '../support/cluster.js';
import { EXIT } from '../support/exit-codes.js';
import { withHelp } from '../support/help.js';
import { commandSettings } from '../support/settings.js';
import { painter, printableJson } from '../support/terminal.js';
import { groupRow } from './group-row.js';
import { groupText } from './group-text.js';

export function groupsCommand(): Command {
  const command = new Command('groups')
    .summary('Shows the consumer group of the service, with its lag.')
    .description(
      'Shows the consumer group of the service (KAFKA_GROUP_ID) on the cluster of KAFKA_BROKERS: its state, its members ' +
        'and their partitions, and for each partition of the input topic what is committed and what is still to be read.',
    )
    .option('--json', 'machine-readable')
    .action(groups);
  return withHelp(command, {
    examples: {
      groups: 'state, members, lag',
      'groups --json | jq .total_lag': 'how far the service is behind',
      'groups --json | jq -r .state': 'Stable when all members have their partitions',
    },
    exitCodes: { 1: 'wrong usage, no such group, or something failed: standard error says what' },
  });
}

async function groups({ json }: { readonly json?: true }): Promise<void> {
  const settings = await commandSettings();
  const { groupId } = settings.kafka;
  const topic = settings.topic.input;
  const report = await withClusterAdmin(settings, (admin) => reportGroup(admin, groupId, topic));
  const row = groupRow(groupId, topic, report);
  if (json) console.log(printableJson(row, 2));
  else if (report !== null) process.stdout.write(groupText(row, painter()));
  if (report === null) {
    console.error(
      `There is no group ${groupId}: the service has not run there, or its offsets have expired.`,
    );
    process.exitCode = EXIT.failure;
  } else if (row.partitions.length === 0) {
    console.error(`The input topic ${topic} does not exist.`);
  }
}
