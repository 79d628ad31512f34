import kafkajs from 'kafkajs';
import type { PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

/** When this process began, so that who was there first stays the owner. Milliseconds since 1970. */
const since = Date.now() - process.uptime() * 1000;

/**
 * Gives all partitions to one member, the one that has been there for longest: where state is embedded, two members must never share
 * the work. Members of another kind cannot join the same group.
 */
export const singleOwnerAssigner: PartitionAssigner = ({ cluster }) => ({
  name: 'LoginStreamSingleOwner',
  version: 0,

  async assign({ members, topics }) {
    const [owner] = members
      .map(({ memberId, memberMetadata }) => ({ memberId, since: sinceOf(memberMetadata) }))
      .sort((a, b) => a.since - b.since || (a.memberId < b.memberId ? -1 : 1));
    const all = Object.fromEntries(
      topics.map((topic) => [
        topic,
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId),
      ]),
    );
    return members.map(({ memberId }) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: 0,
        assignment: memberId === owner.memberId ? all : {},
        userData: Buffer.alloc(0),
      }),
    }));
  },

  protocol({ topics }) {
    const userData = Buffer.alloc(8);
    userData.writeDoubleBE(since);
    const metadata = AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData });
    return { name: this.name, metadata };
  },
});

function sinceOf(metadata: Buffer): number {
  const { userData } = AssignerProtocol.MemberMetadata.decode(metadata) ?? {};
  return userData !== undefined && userData.length === 8 ? userData.readDoubleBE(0) : Infinity;
}
