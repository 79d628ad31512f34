import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { KafkaSettings } from '../config/kafka.settings.js';
import type { ClusterAdmin } from './cluster-admin.js';
import { GroupGuard } from './group-guard.js';
import { clientOf } from './reading-cluster.testing.js';

const SESSION_MS = 6_000;
const settings = { groupId: 'group', sessionTimeoutMs: SESSION_MS } as KafkaSettings;

describe('GroupGuard', () => {
  /** Ids of the group's members; their hosts are called after them. */
  let members: string[];
  let asked: number;
  let left: object[];
  let disconnected: number;
  let refusal: Error | null;
  let stop: AbortController;
  let guard: GroupGuard;
  let warn: jest.SpiedFunction<typeof Logger.prototype.warn>;

  beforeEach(() => {
    [members, asked, left, disconnected, refusal, stop] = [[], 0, [], 0, null, new AbortController()];
    warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
    jest.spyOn(Logger.prototype, 'debug').mockReturnValue(undefined);
    const leaveGroup = async (request: { memberId: string }) => {
      if (refusal !== null) throw refusal;
      left.push(request);
      members = members.filter((id) => id !== request.memberId);
    };
    const kafka = clientOf({
      connect: async () => undefined,
      disconnect: async () => void disconnected++,
      findGroupCoordinator: async ({ groupId }) => {
        expect(groupId).toBe('group');
        return { leaveGroup, offsetCommit: async () => undefined };
      },
    });
    const describeGroups = async (ids: string[]) => {
      asked++;
      expect(ids).toEqual(['group']);
      return { groups: [{ members: members.map((id) => ({ memberId: id, clientHost: `/host-${id}` })) }] };
    };
    const admin = { run: (call: (admin: object) => Promise<unknown>) => call({ describeGroups }) };
    guard = new GroupGuard(kafka, admin as unknown as ClusterAdmin, settings);
  });
  afterEach(() => {
    stop.abort();
    jest.restoreAllMocks();
  });

  /** Lets the clock jump with each look at it. */
  function passing(milliseconds: number): void {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
  }

  it('finds an empty group empty at once', async () => {
    expect(await guard.whenEmpty(null, stop.signal)).toBeNull();
    expect([asked, warn.mock.calls]).toEqual([1, []]);
  });

  it('takes a member out that is known to be dead, and lets go of the connection', async () => {
    members = ['dead'];
    expect(await guard.whenEmpty('dead', stop.signal)).toBeNull();
    expect(left).toEqual([{ groupId: 'group', memberId: 'dead' }]);
    expect([asked, disconnected, warn.mock.calls]).toEqual([2, 1, []]);
  });

  it('takes out nobody else', async () => {
    members = ['alive'];
    passing(SESSION_MS);
    expect(await guard.whenEmpty('dead', stop.signal)).toBe('host-alive');
    expect(left).toEqual([]);
  });

  it('waits for the session of one that cannot be taken out, and tries that once', async () => {
    members = ['dead'];
    refusal = new Error('not now');
    passing(100);
    warn.mockImplementation(() => void (members = []));
    expect(await guard.whenEmpty('dead', stop.signal)).toBeNull();
    expect([left, disconnected]).toEqual([[], 1]);
  });

  it('says once that it waits, from where the group is used, and how long', async () => {
    members = ['a', 'b'];
    passing(SESSION_MS / 2); // three looks within a session and the grace, and one behind
    expect(await guard.whenEmpty(null, stop.signal)).toBe('host-a, host-b');
    expect(warn.mock.calls).toEqual([
      ['The group group is in use (from host-a, host-b): waiting up to 9 s for its session to end'],
    ]);
    expect(asked).toBe(4);
  });

  it('gives up who is still there no earlier than a session time-out later', async () => {
    members = ['a'];
    passing(SESSION_MS);
    const first = jest.fn(() => void undefined);
    warn.mockImplementation(first);
    await guard.whenEmpty(null, stop.signal);
    expect([asked, first.mock.calls.length]).toEqual([2, 1]);
  });

  it('ends at the signal', async () => {
    members = ['a'];
    warn.mockImplementation(() => stop.abort(new Error('stopping')));
    await expect(guard.whenEmpty(null, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('leaves it to the caller when the cluster does not answer', async () => {
    const away = { run: () => Promise.reject(new Error('no broker')) } as unknown as ClusterAdmin;
    const attempt = new GroupGuard(clientOf({}), away, settings).whenEmpty(null, stop.signal);
    await expect(attempt).rejects.toThrow('no broker');
  });
});
