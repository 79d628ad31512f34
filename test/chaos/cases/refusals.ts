import kafkajs from 'kafkajs';
import type { ChaosCase } from '../case.js';
import type { Stage } from '../stage/stage.js';

const RATE = 200;
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

/** Everybody has the same name here. As soon as one thing is denied, everything else has to be allowed. */
function permissions(topic: string) {
  const entry = {
    principal: 'User:ANONYMOUS',
    host: '*',
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
  };
  return {
    all: { ...entry, operation: AclOperationTypes.ALL, permissionType: AclPermissionTypes.ALLOW },
    noWrites: { ...entry, operation: AclOperationTypes.WRITE, permissionType: AclPermissionTypes.DENY },
  };
}

async function refuse(stage: Stage): Promise<void> {
  const { all, noWrites } = permissions(stage.settings.ERROR_TOPIC);
  await stage.admin((admin) => admin.createAcls({ acl: [all, noWrites] }));
}

async function takeAgain(stage: Stage): Promise<void> {
  const { noWrites } = permissions(stage.settings.ERROR_TOPIC);
  await stage.admin((admin) => admin.deleteAcls({ filters: [noWrites] }));
}

export const refusalCases: readonly ChaosCase[] = [
  {
    name: 'error-topic-refuses',
    title: 'error topic refuses writes',
    does: 'The permission to write to the error topic is taken away for some seconds; the other topics take what is written.',
    right:
      'A record in error waits, and what came after it in its partition waits with it. Readiness says so. When the topic takes records again everything goes on.',
    profile: 'standard',
    deadlineSeconds: ({ rounds }) => 120 + rounds * 60,
    play: async (stage, { rounds }) => {
      const service = await stage.fleet.start();
      const stopFeeding = stage.feeding(RATE);
      for (let round = 0; round < Math.ceil(rounds / 2); round++) {
        await stage.progress.of(stage.random.between(1, 300));
        await refuse(stage);
        stage.faults++;
        await stage.progress.until(
          'readiness to say so',
          async () => (await service.get('/health/ready'))?.status === 503,
        );
        await stage.progress.pause(stage.random.between(0, 5_000));
        await takeAgain(stage);
        await stage.fleet.untilReady(service);
      }
      await stopFeeding();
    },
  },
];
