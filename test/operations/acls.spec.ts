import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createTopic, produce, readAll, withAdmin } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { startAuthorizingBroker, USER } from './authorizing-broker.js';
import type { AuthorizingBroker } from './authorizing-broker.js';
import { permissionsOfManifest, permissionsOfScript, permissionsOfTerraform } from './permissions.js';
import type { Permission } from './permissions.js';

const RESOURCES = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  transactionalId: AclResourceTypes.TRANSACTIONAL_ID,
};
const OPERATIONS: Record<string, AclOperationTypes> = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
};
const TOPICS = [
  'user-login',
  'processed-user-login',
  'cleaned-data',
  'processed-errors',
  'summary-output',
  'metrics-output',
];

const aclOf = ({ resource, name, prefix, operation }: Permission) => ({
  resourceType: RESOURCES[resource],
  resourceName: name,
  resourcePatternType: prefix ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  principal: `User:${USER.name}`,
  host: '*',
  operation: OPERATIONS[operation],
  permissionType: AclPermissionTypes.ALLOW,
});

const LOGIN = JSON.stringify({
  user_id: 'u',
  app_version: '2.3.0',
  device_type: 'ios',
  ip: '8.8.8.8',
  locale: 'NC',
  device_id: 'd',
  timestamp: 1_711_302_636,
});

describe('The permissions of deploy/', () => {
  let guarded: AuthorizingBroker;
  let service: ServiceProcess | undefined;

  beforeAll(async () => {
    guarded = await startAuthorizingBroker();
    for (const topic of TOPICS) await createTopic(guarded.broker.address, topic, 2);
    await withAdmin(guarded.broker.address, (admin) =>
      admin.createAcls({ acl: permissionsOfManifest().map(aclOf) }),
    );
  });
  afterEach(() => service?.destroy());
  afterAll(() => guarded.broker.stop());

  const settings = {
    TOPICS: 'verify',
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: USER.name,
    KAFKA_SASL_PASSWORD: USER.password,
    SUMMARY_EVERY_SECONDS: '1',
    METRICS_EVERY_SECONDS: '1',
  };

  it('are the same in the manifest, in the script and in Terraform', () => {
    const inOrder = (all: readonly Permission[]) => all.map((each) => JSON.stringify(each)).sort();
    expect(permissionsOfScript()).toEqual(permissionsOfManifest());
    expect(inOrder(permissionsOfTerraform())).toEqual(inOrder(permissionsOfManifest()));
  });

  it('are enough for all that the service does, exactly once', async () => {
    service = await ServiceProcess.ready({ ...settings, KAFKA_BROKERS: guarded.address });
    await produce(guarded.broker.address, 'user-login', [
      { value: LOGIN, partition: 0 },
      { value: LOGIN.replace('ios', 'web'), partition: 1 },
      { value: 'not JSON', partition: 1 },
    ]);
    for (const topic of TOPICS.slice(1))
      await waitFor(
        `a record on ${topic}`,
        async () => (await readAll(guarded.broker.address, topic)).length > 0,
      );
    expect(await service.stop()).toBe(0);
    expect(service.output).not.toMatch(/AUTHORIZATION/i);
  });

  it.each([
    ['the input', 'topic', /Missing topics: user-login/],
    ['the group', 'group', /group coordinator/],
    ['the transactional ids', 'transactionalId', /cannot be taken over with the transactional id/],
  ] as const)('are needed: without %s the service says what it lacks', async (_, resource, says) => {
    const acl = aclOf(permissionsOfManifest().find((permission) => permission.resource === resource)!);
    await withAdmin(guarded.broker.address, (admin) => admin.deleteAcls({ filters: [acl] }));
    service = ServiceProcess.spawn({ ...settings, KAFKA_BROKERS: guarded.address });
    await waitFor(`a complaint that ${resource} may not be used`, () => says.test(service!.output));
    await service.destroy();
    await withAdmin(guarded.broker.address, (admin) => admin.createAcls({ acl: [acl] }));
  });
});
