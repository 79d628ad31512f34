import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { produce, readAll, createTopic, uniqueName } from '../support/kafka.js';
import { ServiceProcess } from '../support/service-process.js';
import { waitFor } from '../support/wait-for.js';
import { foreignCa, startSecuredBroker, USER } from './secured-broker.js';
import type { SecuredBroker } from './secured-broker.js';

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
    [
      'a wrong password',
      async () => ({ KAFKA_SASL_PASSWORD: 'wrong', KAFKA_SASL_PASSWORD_FILE: '' }),
      /authentication/i,
    ],
    [
      'a CA that signed something else',
      async () => ({ KAFKA_SSL_CA_FILE: await foreignCa(directory) }),
      /certificate/i,
    ],
  ])('%s: waits visibly and says why, without the secret', async (_what, wrong, why) => {
    service = ServiceProcess.spawn(settings(await wrong()));
    await waitFor('the reason in the log', () => why.test(service!.output));
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
