import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TopicSettings } from '../config/topic.settings.js';
import type { ClusterAdmin } from './cluster-admin.js';
import { ConsumerHealth } from './consumer-health.js';
import { PartitionPauses } from './partition-pauses.js';
import { PausedLag } from './paused-lag.js';

describe('the lag of paused partitions', () => {
  let pauses: PartitionPauses;
  let health: ConsumerHealth;
  let ends: number;
  let calls: number;
  let failing: Error | null;
  let lag: PausedLag;

  beforeEach(() => {
    jest.useFakeTimers();
    pauses = new PartitionPauses();
    health = new ConsumerHealth();
    health.joined([0, 1]);
    for (const partition of [0, 1]) health.settled(partition, 10);
    [ends, calls, failing] = [50, 0, null];
    const fetchTopicOffsets = async () => [0, 1, 2].map((partition) => ({ partition, high: String(ends) }));
    const admin = {
      run: async (call: (admin: object) => Promise<unknown>) => {
        calls++;
        if (failing !== null) throw failing;
        return call({ fetchTopicOffsets });
      },
    };
    lag = new PausedLag(pauses, health, admin as unknown as ClusterAdmin, new TopicSettings());
  });
  afterEach(() => {
    lag.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('asks for nothing while no partition is paused', async () => {
    await jest.advanceTimersByTimeAsync(60_000);
    expect(calls).toBe(0);
  });

  it('follows the end of those that are paused, and of no other', async () => {
    pauses.hold(1);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(health.lag).toBe(40);
    ends = 80;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(health.partitions.get(1)).toEqual({ position: 10, highWatermark: 80 });
    expect(health.partitions.get(0)!.highWatermark).toBe(0);
  });

  it('stays as it is while the cluster does not answer, and goes on when it does', async () => {
    const debug = jest.spyOn(Logger.prototype, 'debug').mockImplementation(() => undefined);
    pauses.hold(1);
    failing = new Error('broker away');
    await jest.advanceTimersByTimeAsync(5_000);
    expect(debug).toHaveBeenCalledWith(expect.stringContaining('broker away'));
    expect(health.partitions.get(1)!.highWatermark).toBe(0);
    failing = null;
    await jest.advanceTimersByTimeAsync(5_000);
    expect(health.lag).toBe(40);
  });
});
