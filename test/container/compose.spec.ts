import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { KAFKA_VERSION } from '../../src/broker/artifacts.js';
import { createProgram } from '../../src/cli/program.js';
import { resolveTopic } from '../../src/cli/tail/resolve-topic.js';
import { describeSettings } from '../../src/config/describe-settings.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { PROFILES } from '../../src/profiles/profiles.js';
import { sharedBroker, withAdmin } from '../support/kafka.js';
import { composeServices, milliseconds } from './compose-file.js';
import type { ComposeService } from './compose-file.js';
import { Dockerfile } from './dockerfile.js';
import { inProject } from './project-root.js';

const services = composeServices();
const { kafka, ...ours } = services;
const image = new Dockerfile();
const COMPOSE = readFileSync(inProject('docker-compose.yml'), 'utf8');

/** Read by the image's start script and by the JVM's, not by the broker. */
const OF_THE_START_SCRIPT = ['CLUSTER_ID', 'KAFKA_HEAP_OPTS'];

const listeners = (text: string) =>
  new Map(text.split(',').map((each) => each.split('://') as [name: string, address: string]));

describe('Kafka in docker-compose.yml', () => {
  it('is the version that the tests run against', () => {
    expect(kafka.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
  });

  it('is given only settings that this version has', async () => {
    const { resources } = await withAdmin(sharedBroker(), (admin) =>
      admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 4, name: '1' }] }),
    );
    const known = new Set(resources[0].configEntries.map(({ configName }) => configName));
    const given = Object.keys(kafka.environment).filter((name) => !OF_THE_START_SCRIPT.includes(name));
    const unknown = given.filter(
      (name) => !known.has(name.replace('KAFKA_', '').toLowerCase().replaceAll('_', '.')),
    );
    expect(known.size).toBeGreaterThan(100);
    expect(unknown).toEqual([]);
  });

  it('tells containers and the host each the address that they can reach', () => {
    const { KAFKA_LISTENERS, KAFKA_ADVERTISED_LISTENERS, KAFKA_LISTENER_SECURITY_PROTOCOL_MAP } =
      kafka.environment;
    const bound = listeners(KAFKA_LISTENERS);
    const advertised = listeners(KAFKA_ADVERTISED_LISTENERS);
    for (const { environment } of Object.values(ours))
      expect(environment.KAFKA_BROKERS).toBe(advertised.get('INTERNAL'));
    expect(advertised.get('INTERNAL')).toBe(`kafka${bound.get('INTERNAL')}`);
    expect(kafka.ports).toEqual([`${advertised.get('HOST')}${bound.get('HOST')}`]);
    expect(KAFKA_LISTENER_SECURITY_PROTOCOL_MAP.split(',').map((each) => each.split(':')[0])).toEqual([
      ...bound.keys(),
    ]);
  });
});

describe('our services in docker-compose.yml', () => {
  it.each(Object.entries(ours))('%s has only settings that there are, to good values', (_, service) => {
    const known = describeSettings().map(({ name }) => name);
    expect(Object.keys(service.environment).filter((name) => !known.includes(name))).toEqual([]);
    const env = { ...image.env, ...service.environment };
    const { warnings } = loadSettings(env, { profiles: PROFILES, stdoutIsTty: false });
    expect(warnings).toEqual([]);
  });

  it.each(Object.keys(PROFILES))('follow PROFILE=%s, the one that shows the output too', (PROFILE) => {
    const given = COMPOSE.match(/(?<=^ +PROFILE: ).*/gm);
    expect(given).toEqual(Object.keys(ours).map(() => '${PROFILE:-standard}'));
    const topicsOf = ({ environment }: ComposeService) => {
      expect(environment.PROFILE).toBe('standard');
      const env = { ...image.env, ...environment, PROFILE };
      return loadSettings(env, { profiles: PROFILES, stdoutIsTty: false }).settings.topic;
    };
    const { input, output } = topicsOf(ours['login-stream']);
    expect(topicsOf(ours.generator).input).toBe(input);
    expect(resolveTopic(ours.tail.command![0], topicsOf(ours.tail)).topic).toBe(output);
  });

  it('give commands that there are, with options that they have', () => {
    const commands = Object.values(ours).filter(({ entrypoint }) => entrypoint !== undefined);
    expect(commands).toHaveLength(2);
    for (const { entrypoint, command: words = [] } of commands) {
      const [program, name] = entrypoint!;
      expect(program).toBe('login-stream');
      const command = createProgram().commands.find((each) => each.name() === name)!;
      command.exitOverride().action(() => undefined);
      expect(() => command.parse([...words], { from: 'user' })).not.toThrow();
    }
  });

  it('run the image that the service builds', () => {
    const built = Object.values(ours).filter(({ build }) => build !== undefined);
    expect(built).toEqual([ours['login-stream']]);
    for (const service of Object.values(ours)) expect(service.image).toBe(built[0].image);
  });

  it('have a read-only root, and a place for the state', () => {
    const places = Object.values(ours).map(({ volumes = [], tmpfs = [] }) =>
      [...volumes, ...tmpfs].join('\n'),
    );
    for (const service of Object.values(ours)) expect(service.read_only).toBe(true);
    for (const place of places) expect(place).toContain(image.env.STATE_DIR);
    expect(ours['login-stream'].volumes).toEqual([`state:${image.env.STATE_DIR}`]);
  });

  it('leave the service more time to stop than it takes', () => {
    const { environment, stop_grace_period } = ours['login-stream'];
    expect(milliseconds(stop_grace_period!)).toBeGreaterThan(Number(environment.SHUTDOWN_TIMEOUT_MS));
  });
});

describe('every service in docker-compose.yml', () => {
  it('starts only when what it needs is healthy', () => {
    const order = Object.entries(services).map(([name, { depends_on = {} }]) => [
      name,
      Object.keys(depends_on),
    ]);
    expect(Object.fromEntries(order)).toEqual({
      kafka: [],
      'login-stream': ['kafka'],
      generator: ['login-stream'],
      tail: ['login-stream'],
    });
    for (const { depends_on = {} } of Object.values(services))
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(condition).toBe('service_healthy');
        expect(services[needed].healthcheck?.disable).toBeUndefined();
      }
  });

  it('has no capability, cannot gain any, and is reached from this machine only', () => {
    for (const service of Object.values(services)) {
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
    }
  });
});
