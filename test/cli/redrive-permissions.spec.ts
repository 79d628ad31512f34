import { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startAuthorizingBroker, USER } from '../operations/authorizing-broker.js';
import type { AuthorizingBroker } from '../operations/authorizing-broker.js';
import { withAdmin } from '../support/kafka.js';
import {
  createTopics,
  inputOf,
  lettersOf,
  login,
  runRedrive,
  scenarioNames,
  write,
} from './redrive-scenario.js';
import type { Names } from './redrive-scenario.js';

const { READ, WRITE, DESCRIBE_CONFIGS, DELETE, DESCRIBE } = AclOperationTypes;
const { TOPIC, GROUP, TRANSACTIONAL_ID } = AclResourceTypes;

describe('the permissions that docs/operations/dead-letters.md names', () => {
  let guarded: AuthorizingBroker;
  let names: Names;
  let user: Names;

  const allow = (...all: readonly [AclResourceTypes, string, AclOperationTypes][]) =>
    withAdmin(guarded.broker.address, (admin) =>
      admin.createAcls({
        acl: all.map(([resourceType, resourceName, operation]) => ({
          resourceType,
          resourceName,
          operation,
          resourcePatternType:
            resourceType === TOPIC ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
          principal: `User:${USER.name}`,
          host: '*',
          permissionType: AclPermissionTypes.ALLOW,
        })),
      }),
    );

  beforeAll(async () => {
    guarded = await startAuthorizingBroker();
    names = scenarioNames({ KAFKA_BROKERS: guarded.broker.address });
    await createTopics(names, { input: 2, errors: 1 });
    await write(names, names.ERROR_TOPIC, 0, lettersOf(names, [{ value: login('u') }]));
    user = {
      ...names,
      KAFKA_BROKERS: guarded.address,
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: USER.name,
      KAFKA_SASL_PASSWORD: USER.password,
    };
  });
  afterAll(() => guarded.broker.stop());

  it('are enough: for a dry run, for a run, and for a run that begins anew', async () => {
    const prefix = `${names.KAFKA_GROUP_ID}-redrive-`;
    await allow(
      [TOPIC, names.ERROR_TOPIC, READ],
      [TOPIC, names.INPUT_TOPIC, READ],
      [GROUP, prefix, DESCRIBE],
    );
    expect(await runRedrive(user, '--all', '--dry-run')).toMatchObject({
      exit: 0,
      lines: [{ action: 'would send' }],
    });
    const refused = await runRedrive(user, '--all');
    expect([refused.exit, refused.lines]).toEqual([1, []]);
    expect(refused.stderr).toMatch(/authoriz|coordinator/i);

    await allow(
      [TOPIC, names.INPUT_TOPIC, WRITE],
      [TOPIC, names.INPUT_TOPIC, DESCRIBE_CONFIGS],
      [GROUP, prefix, READ],
      [TRANSACTIONAL_ID, prefix, WRITE],
    );
    expect(await runRedrive(user, '--all')).toMatchObject({ exit: 0, lines: [{ action: 'sent' }] });
    await allow([GROUP, prefix, DELETE]);
    expect(await runRedrive(user, '--all', '--again')).toMatchObject({
      exit: 0,
      lines: [{ action: 'sent' }],
    });
    expect(await inputOf(names)).toHaveLength(2);
  });
});
