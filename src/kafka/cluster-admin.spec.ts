import { Logger } from '@nestjs/common';
import { describe, expect, it, jest } from '@jest/globals';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { ClusterAdmin } from './cluster-admin.js';
import type { Kafka } from './kafkajs.js';

/** A cluster whose client lists partition 0 only, as long as its metadata is older than partition 1. */
function anAdmin(offset: string): ClusterAdmin {
  const partitions = [{ partition: 0, offset, high: offset, low: '7', metadata: 'kept' }];
  const client = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    fetchOffsets: async () => [{ topic: 't', partitions }],
    fetchTopicOffsets: async () => partitions,
  };
  return new ClusterAdmin({ admin: () => client } as unknown as Kafka);
}

describe('ClusterAdmin', () => {
  it('tells an offset that was committed from one that never was', async () => {
    expect(await anAdmin('42').committed('g', 't', 0)).toEqual({ offset: 42, metadata: 'kept' });
    expect(await anAdmin('-1').committed('g', 't', 0)).toBeNull();
  });

  it('knows where the log begins and where it ends', async () => {
    expect(await anAdmin('42').logStartOffset('t', 0)).toBe(7);
    expect(await anAdmin('42').logEndOffset('t', 0)).toBe(42);
  });

  it('takes a partition that its metadata does not list for unknown, never for uncommitted', async () => {
    await expect(anAdmin('42').committed('g', 't', 1)).rejects.toThrow('does not list t-1 yet');
    await expect(anAdmin('42').logEndOffset('t', 1)).rejects.toThrow('does not list t-1 yet');
  });

  it('waits for a broker, but not for one that answers that it does not know the user', async () => {
    const failures = [
      new Error('connect ECONNREFUSED'),
      Object.assign(new Error('SASL PLAIN authentication failed: Connection closed by the server'), {
        name: 'KafkaJSSASLAuthenticationError',
      }),
      Object.assign(new Error('SASL PLAIN authentication failed: Authentication failed: Invalid password'), {
        name: 'KafkaJSSASLAuthenticationError',
      }),
    ];
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    jest.spyOn(Logger.prototype, 'log').mockReturnValue(undefined);
    const client = {
      connect: () => Promise.reject(failures.shift()),
      disconnect: async () => undefined,
    };
    const admin = new ClusterAdmin({ admin: () => client } as unknown as Kafka);
    await expect(admin.waitForBroker(new AbortController().signal)).rejects.toThrow(InvalidSettingsError);
    expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringContaining('ECONNREFUSED'),
      expect.stringContaining('Connection closed'),
    ]);
    jest.restoreAllMocks();
  });
});
