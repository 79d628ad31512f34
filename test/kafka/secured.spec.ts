import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { produce, readAll, createTopic, uniqueName } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { foreignCa, startSecuredBroker, USER } from './secured-broker.js';
import type { SecuredBroker } from './secured-broker.js';

const EX_CONFIG = 78;

describe('A broker that wants TLS and SASL', () => {
  let directory: string;
  let secured: SecuredBroker;
  let service: ServiceProcess | undefined;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'login-stream-test-'));
    secured = await startSecuredBroker(directory);
    await writeFile(join(directory, 'password'), `${USER.password}\n`);
  });
  afterEach(() => service?.destroy());
  afterAll(async () => {
    await secured.broker.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const settings = (more: Record<string, string> = {}) => ({
    KAFKA_BROKERS: secured.address,
    KAFKA_GROUP_ID: uniqueName('group'),
    TOPICS: 'create-all',
    KAFKA_SSL: 'true',
    KAFKA_SSL_CA_FILE: secured.caFile,
    KAFKA_SASL_MECHANISM: 'plain',
    KAFKA_SASL_USERNAME: USER.name,
    KAFKA_SASL_PASSWORD_FILE: join(directory, 'password'),
    ...more,
  });

  it('gets both from the settings: logins flow, in transactions', async () => {
    const [INPUT_TOPIC, OUTPUT_TOPIC] = [uniqueName('input'), uniqueName('output')];
    await createTopic(secured.broker.address, INPUT_TOPIC, 2);
    service = await ServiceProcess.ready(settings({ INPUT_TOPIC, OUTPUT_TOPIC }));
    await produce(secured.broker.address, INPUT_TOPIC, [{ value: LOGIN }]);
    const records = await waitFor('the outcome', async () => {
      const all = await readAll(secured.broker.address, OUTPUT_TOPIC);
      return all.length > 0 && all;
    });
    expect(records.map(({ json }) => json.user_id)).toEqual(['u']);
    expect(service.output).not.toContain(USER.password);
  });

  it.each([
    ['a wrong password', { KAFKA_SASL_PASSWORD: 'wrong', KAFKA_SASL_PASSWORD_FILE: '' }],
    ['a user that nobody knows', { KAFKA_SASL_USERNAME: 'nobody' }],
    ['a mechanism that is not offered', { KAFKA_SASL_MECHANISM: 'scram-sha-512' }],
  ])(
    '%s: ends as with any bad setting, and says what the broker said, without the secret',
    async (_, wrong) => {
      service = ServiceProcess.spawn(settings(wrong));
      expect(await service.exit).toBe(EX_CONFIG);
      expect(service.output).toMatch(
        /KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be what the brokers know: (SASL PLAIN authentication failed|The broker does not support)/,
      );
      expect(service.output).not.toContain(USER.password);
    },
  );

  it('a CA that signed something else: waits visibly and says why, without the secret', async () => {
    service = ServiceProcess.spawn(settings({ KAFKA_SSL_CA_FILE: await foreignCa(directory) }));
    await waitFor('the reason in the log', () => /certificate/i.test(service!.output));
    expect((await service.get('/health/ready'))?.status).toBe(503);
    expect(service.output).not.toContain(USER.password);
    expect(await service.stop()).toBe(0);
  });
});

const LOGIN = JSON.stringify({
  user_id: 'u',
  app_version: '2.3.0',
  device_type: 'android',
  ip: '1.2.3.4',
  locale: 'NC',
  device_id: 'd',
  timestamp: 1_711_302_636,
});
