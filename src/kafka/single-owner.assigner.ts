import kafkajs from 'kafkajs';
import type { PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

/** When this process began, in milliseconds since 1970. */
const began = Date.now() - process.uptime() * 1000;

/** What a member says of itself, in milliseconds since 1970: when its process began, and since when it has partitions. */
interface Seniority {
  readonly began: number;
  /** -Infinity: it has none. */
  readonly ownerSince: number;
}

const NUMBER_BYTES = 8;

/**
 * Gives all partitions to one member: where state is embedded, two members must never share the work. The one that has them keeps
 * them, as nobody else's state has what it has committed since; of several that think so, the one that got them last, as the others have not
 * noticed yet that they lost them. Where nobody has them, it is the one whose process began first. Members of another kind cannot join the same group.
 *
 * @param ownerSince since when this process has partitions, in milliseconds since 1970; null when it has none
 */
export const singleOwnerAssigner =
  (ownerSince: () => number | null): PartitionAssigner =>
  ({ cluster }) => ({
    name: 'LoginStreamSingleOwner',
    version: 0,

    async assign({ members, topics }) {
      const [owner] = members
        .map(({ memberId, memberMetadata }) => ({ memberId, ...seniorityOf(memberMetadata) }))
        .sort(
          (a, b) =>
            compare(b.ownerSince, a.ownerSince) ||
            compare(a.began, b.began) ||
            compare(a.memberId, b.memberId),
        );
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
      const userData = Buffer.alloc(2 * NUMBER_BYTES);
      userData.writeDoubleBE(began);
      userData.writeDoubleBE(ownerSince() ?? -Infinity, NUMBER_BYTES);
      const metadata = AssignerProtocol.MemberMetadata.encode({ version: 0, topics, userData });
      return { name: this.name, metadata };
    },
  });

function seniorityOf(metadata: Buffer): Seniority {
  const { userData } = AssignerProtocol.MemberMetadata.decode(metadata) ?? {};
  if (userData?.length !== 2 * NUMBER_BYTES) return { began: Infinity, ownerSince: -Infinity };
  return { began: userData.readDoubleBE(0), ownerSince: userData.readDoubleBE(NUMBER_BYTES) };
}

/** Unlike a difference, it takes infinite numbers. */
const compare = <T extends number | string>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);
