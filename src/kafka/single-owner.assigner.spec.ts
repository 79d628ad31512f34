import { describe, expect, it } from '@jest/globals';
import kafkajs from 'kafkajs';
import type { Cluster } from 'kafkajs';
import { singleOwnerAssigner } from './single-owner.assigner.js';

const { AssignerProtocol } = kafkajs;

const cluster = {
  findTopicPartitionMetadata: (topic: string) =>
    Array.from({ length: topic === 'wide' ? 3 : 1 }, (_, partitionId) => ({ partitionId })),
} as unknown as Cluster;

let ownerSince: number | null = null;
const assigner = singleOwnerAssigner(() => ownerSince)({
  ...{ cluster, groupId: 'group' },
  logger: undefined as never,
});

function member(memberId: string, userData: Buffer) {
  const memberMetadata = AssignerProtocol.MemberMetadata.encode({ version: 0, topics: ['wide'], userData });
  return { memberId, memberMetadata };
}

function since(began: number, owner = -Infinity): Buffer {
  const data = Buffer.alloc(16);
  data.writeDoubleBE(began);
  data.writeDoubleBE(owner, 8);
  return data;
}

async function assigned(members: ReturnType<typeof member>[], topics = ['wide']) {
  const all = await assigner.assign({ members, topics });
  return Object.fromEntries(
    all.map(({ memberId, memberAssignment }) => [
      memberId,
      AssignerProtocol.MemberAssignment.decode(memberAssignment)!.assignment,
    ]),
  );
}

describe('singleOwnerAssigner', () => {
  it('gives everything to the one that has been there for longest, in whatever order they are listed', async () => {
    const members = [member('a', since(300)), member('b', since(100)), member('c', since(200))];
    const expected = { a: {}, b: { wide: [0, 1, 2] }, c: {} };
    expect(await assigned(members)).toEqual(expected);
    expect(await assigned([...members].reverse())).toEqual(expected);
  });

  it('leaves everything with the one that has it, however old the others are', async () => {
    const members = [member('a', since(100)), member('b', since(300, 400)), member('c', since(200))];
    expect(await assigned(members)).toEqual({ a: {}, b: { wide: [0, 1, 2] }, c: {} });
  });

  it('takes the one that got everything last for the owner: the other has lost it without noticing', async () => {
    const members = [member('a', since(100, 500)), member('b', since(300, 600)), member('c', since(50))];
    expect(await assigned(members)).toEqual({ a: {}, b: { wide: [0, 1, 2] }, c: {} });
  });

  it('decides by the id among those that began at the same instant', async () => {
    const members = [member('b', since(100)), member('a', since(100))];
    expect(await assigned(members)).toEqual({ a: { wide: [0, 1, 2] }, b: {} });
  });

  it('takes one that does not say when it began for the newest', async () => {
    const members = [member('a', Buffer.alloc(0)), member('b', since(Date.now()))];
    expect(await assigned(members)).toEqual({ a: {}, b: { wide: [0, 1, 2] } });
  });

  it('gives a single member all topics', async () => {
    expect(await assigned([member('a', since(1))], ['wide', 'narrow'])).toEqual({
      a: { wide: [0, 1, 2], narrow: [0] },
    });
  });

  it('says when this process began, the same at each join, and since when it has partitions', () => {
    const decoded = () =>
      AssignerProtocol.MemberMetadata.decode(assigner.protocol({ topics: ['wide'] }).metadata)!;
    const { userData, topics } = decoded();
    expect(topics).toEqual(['wide']);
    const began = userData.readDoubleBE(0);
    expect(Math.abs(began - (Date.now() - process.uptime() * 1000))).toBeLessThan(60_000);
    expect(userData).toEqual(since(began));
    ownerSince = 700;
    expect(decoded().userData).toEqual(since(began, 700));
  });
});
