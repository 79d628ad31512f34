import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { describeSettings } from '../../src/config/describe-settings.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { PROFILES } from '../../src/profiles/profiles.js';
import { composeServices } from './compose-file.js';
import type { ComposeService } from './compose-file.js';
import { Dockerfile } from './dockerfile.js';
import { inProject } from './project-root.js';

interface Added {
  readonly services: Readonly<
    Record<string, ComposeService & { readonly deploy: { readonly replicas?: number } }>
  >;
  readonly volumes: Readonly<Record<string, null>>;
}

/** Compose's word for "none of what the file before has". */
const reset = { tag: '!reset', collection: 'seq' as const };

const { services: added, volumes } = parse(readFileSync(inProject('docker-compose.redis.yml'), 'utf8'), {
  customTags: [reset],
}) as Added;
const { redis, 'login-stream': stream } = added;

describe('docker-compose.redis.yml', () => {
  it('adds Redis, and changes the service only', () => {
    expect(Object.keys(added).sort()).toEqual(['login-stream', 'redis']);
    expect(Object.keys(composeServices())).toContain('login-stream');
    expect(stream.depends_on).toEqual({ redis: { condition: 'service_healthy' } });
  });

  it('gives the service settings that there are, and the address of Redis', () => {
    const known = describeSettings().map(({ name }) => name);
    expect(Object.keys(stream.environment).filter((name) => !known.includes(name))).toEqual([]);
    const env = { ...new Dockerfile().env, ...composeServices()['login-stream'].environment };
    const { settings, warnings } = loadSettings(
      { ...env, ...stream.environment },
      { profiles: PROFILES, stdoutIsTty: false },
    );
    expect(warnings).toEqual([]);
    expect(settings.state.stateStore).toBe('redis');
    expect(new URL(settings.redis.url!).hostname).toBe('redis');
  });

  it('gives no more instances than there are partitions, and none of them a port of the host', () => {
    const { topic } = loadSettings(
      { KAFKA_BROKERS: 'kafka:1' },
      { profiles: PROFILES, stdoutIsTty: false },
    ).settings;
    expect(stream.deploy.replicas).toBeGreaterThan(1);
    expect(stream.deploy.replicas).toBeLessThanOrEqual(topic.partitions);
    expect([...(stream.ports ?? [])]).toEqual([]);
  });

  it('confines Redis, which keeps its data in a volume and deletes none', () => {
    expect(redis.cap_drop).toEqual(['ALL']);
    expect(redis.security_opt).toEqual(['no-new-privileges:true']);
    expect(redis.read_only).toBe(true);
    expect(redis.ports).toBeUndefined();
    expect(redis.command!.join(' ')).toContain('--appendonly yes --maxmemory-policy noeviction');
    expect(redis.volumes!.map((volume) => volume.split(':')[0])).toEqual(Object.keys(volumes));
  });
});
