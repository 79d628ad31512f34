import { Inject, Injectable, Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaSettings } from '../config/kafka.settings.js';
import { IMPATIENT_KAFKA } from './brokers.js';
import { ClusterAdmin } from './cluster-admin.js';
import { Kafka } from './kafkajs.js';
import { readingCluster } from './reading-cluster.js';

interface Member {
  readonly memberId: string;
  readonly clientHost: string;
}

const POLL_MS = 500;
/** A member that died is listed until its session ends, and its coordinator looks. */
const GRACE_MS = 3_000;

/** Makes sure that nobody else is in the consumer group, before state is recovered that only one instance may have. */
@Injectable()
export class GroupGuard {
  private readonly logger = new Logger('Kafka');

  constructor(
    @Inject(IMPATIENT_KAFKA) private readonly kafka: Kafka,
    private readonly admin: ClusterAdmin,
    private readonly settings: KafkaSettings,
  ) {}

  /**
   * Resolves when the group is empty.
   *
   * @param former id of a member that is known to be dead: it is taken out at once
   * @returns null, or who is still there after a session time-out
   */
  async whenEmpty(former: string | null, signal: AbortSignal): Promise<string | null> {
    const patience = this.settings.sessionTimeoutMs + GRACE_MS;
    const start = performance.now();
    for (let said = false; ;) {
      const members = await this.members();
      if (members.length === 0) return null;
      const dead = members.find(({ memberId }) => memberId === former);
      if (dead !== undefined) {
        await this.remove(dead.memberId).catch((error: Error) => this.logger.debug(error.message));
        this.logger.log('The group’s former member, which this instance takes over from, has been taken out');
        former = null;
        continue;
      }
      const hosts = members.map(({ clientHost }) => clientHost.replace(/^\//, '')).join(', ');
      if (performance.now() - start > patience) return hosts;
      if (!said)
        this.logger.warn(
          `The group ${this.settings.groupId} is in use (from ${hosts}): waiting up to ${Math.ceil(patience / 1000)} s for its session to end`,
        );
      said = true;
      await sleep(POLL_MS, undefined, { signal });
    }
  }

  private async members(): Promise<readonly Member[]> {
    const { groups } = await this.admin.run((admin) => admin.describeGroups([this.settings.groupId]));
    return groups.flatMap(({ members }) => members ?? []);
  }

  /** Leaves the group on behalf of a process that cannot do it any more. */
  private async remove(memberId: string): Promise<void> {
    const cluster = readingCluster(this.kafka, 30_000);
    try {
      await cluster.connect();
      const coordinator = await cluster.findGroupCoordinator({ groupId: this.settings.groupId });
      await coordinator.leaveGroup({ groupId: this.settings.groupId, memberId });
    } finally {
      await cluster.disconnect().catch(() => undefined);
    }
  }
}
