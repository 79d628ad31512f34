import { moveOffsets, offsetsAtBeginning } from '../../kafka/move-offsets.js';
import type { CommittedOffset } from '../../kafka/move-offsets.js';
import { reportGroup } from '../../kafka/group-report.js';
import type { GroupPartitionReport } from '../../kafka/group-report.js';
import type { Admin } from '../../kafka/kafkajs.js';
import type { Settings } from '../../config/settings.js';
import { CliError } from '../support/cli-error.js';
import { commandKafka, withClusterAdmin } from '../support/cluster.js';
import { grouped } from '../support/quantities.js';

export type PartitionOffsets = Pick<GroupPartitionReport, 'partition' | 'committed' | 'start'>;

/** The committed offsets of the service's group, while the group is empty. */
export class GroupOffsets {
  private constructor(
    private readonly settings: Settings,
    /** Those of the input topic, in order; none when neither the group nor the topic is there. */
    readonly partitions: readonly PartitionOffsets[],
    private readonly beginning: readonly CommittedOffset[],
  ) {}

  /** @throws CliError when the group has members, the topic is missing, or the cluster cannot be reached */
  static async read(settings: Settings): Promise<GroupOffsets> {
    const { groupId } = settings.kafka;
    const topic = settings.topic.input;
    return withClusterAdmin(settings, async (admin) => {
      const report = await reportGroup(admin, groupId, topic);
      if (report === null) return new GroupOffsets(settings, await uncommitted(admin, topic), []);
      if (report.members.length > 0)
        throw hasMembers(
          groupId,
          report.members.map(({ host }) => host),
        );
      if (report.partitions.length === 0)
        throw new CliError(`The input topic ${topic} does not exist, so nothing can begin anew.`);
      const beginning = await offsetsAtBeginning(admin, groupId, topic);
      return new GroupOffsets(settings, report.partitions, beginning);
    });
  }

  /**
   * @returns what was done, as a sentence
   * @throws CliError
   */
  async moveToBeginning(): Promise<string> {
    const { groupId } = this.settings.kafka;
    const topic = this.settings.topic.input;
    const { length } = this.beginning;
    if (length === 0) return `Group ${groupId} has no offset on ${topic}: it begins at the beginning anyway.`;
    await moveOffsets(commandKafka(this.settings), groupId, topic, this.beginning).catch((error: Error) => {
      if ((error as { type?: string }).type === 'UNKNOWN_MEMBER_ID') throw hasMembers(groupId, []);
      throw new CliError(
        `The state is removed, but the offsets of group ${groupId} are where they were: ${error.message}. Run the command again.`,
      );
    });
    return `The offsets of group ${groupId} are moved to the beginning of ${topic} (${grouped(length)} partitions).`;
  }
}

async function uncommitted(admin: Admin, topic: string): Promise<PartitionOffsets[]> {
  if (!(await admin.listTopics()).includes(topic)) return [];
  const logs = await admin.fetchTopicOffsets(topic);
  return logs.map(({ partition, low }) => ({ partition, committed: null, start: Number(low) }));
}

function hasMembers(groupId: string, hosts: readonly string[]): CliError {
  const from = hosts.length === 0 ? '' : ` (from ${[...new Set(hosts)].join(', ')})`;
  return new CliError(
    `Group ${groupId} has members${from}: stop the service. One that was killed is listed until its session ends (KAFKA_SESSION_TIMEOUT_MS).`,
  );
}
