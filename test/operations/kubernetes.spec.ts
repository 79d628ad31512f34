import { describe, expect, it } from '@jest/globals';
import { describeSettings } from '../../src/config/describe-settings.js';
import { Dockerfile } from '../container/dockerfile.js';
import { deployed, documentsOf, textOf, yamlOf } from './deployed-files.js';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly replicas?: number;
    readonly ports?: readonly { readonly port: number }[];
    readonly ingress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly egress?: readonly { readonly ports: readonly { readonly port: number }[] }[];
    readonly template?: { readonly spec: Pod };
    readonly triggers?: readonly { readonly metadata: Readonly<Record<string, string>> }[];
    readonly scaleTargetRef?: { readonly kind: string; readonly name: string };
    readonly maxReplicaCount?: number;
    readonly partitions?: number;
  };
}

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly {
    readonly env?: readonly { readonly name: string; readonly value: string }[];
    readonly ports: readonly { readonly containerPort: number }[];
    readonly livenessProbe: Probe;
    readonly startupProbe: Probe;
    readonly readinessProbe: Probe;
    readonly securityContext: Readonly<Record<string, unknown>>;
    readonly volumeMounts: readonly { readonly mountPath: string }[];
  }[];
}

interface Probe {
  readonly httpGet: { readonly path: string };
}

const manifests = deployed('.yaml')
  .filter((path) => path.startsWith('deploy/kubernetes/'))
  .flatMap((path) => documentsOf<Manifest>(path));
const of = (kind: string) => manifests.filter((manifest) => manifest.kind === kind);
const workloads = [...of('StatefulSet'), ...of('Deployment')];
const [config] = of('ConfigMap');
const image = new Dockerfile();

describe('The manifests for Kubernetes', () => {
  it('set only settings that there are, and files where secrets are mounted', () => {
    const known = describeSettings().map(({ name }) => name);
    const more = workloads.flatMap(({ spec }) => spec!.template!.spec.containers[0].env ?? []);
    const set = [...Object.keys(config.data!), ...more.map(({ name }) => name)];
    expect(set.filter((name) => !known.includes(name))).toEqual([]);
    const files = Object.entries(config.data!).filter(([name]) => name.endsWith('_FILE'));
    for (const { spec } of workloads) {
      const mounted = spec!.template!.spec.containers[0].volumeMounts.map(({ mountPath }) => mountPath);
      for (const [, file] of files) expect(mounted).toContain(file.replace(/\/[^/]+$/, ''));
    }
  });

  it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s runs as the image does, and asks the addresses that there are',
    (_, { spec }) => {
      const pod = spec!.template!.spec;
      const [container] = pod.containers;
      const [user, group] = image.text('USER').split(':').map(Number);
      expect(pod.securityContext).toMatchObject({ runAsUser: user, runAsGroup: group, runAsNonRoot: true });
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.ports[0].containerPort).toBe(Number(image.env.HTTP_PORT));
      expect(container.livenessProbe.httpGet.path).toBe('/health/live');
      expect(container.startupProbe.httpGet.path).toBe('/health/live');
      expect(container.readinessProbe.httpGet.path).toBe('/health/ready');
      expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
        Number(config.data!.SHUTDOWN_TIMEOUT_MS),
      );
    },
  );

  it('have one instance where something is remembered, which keeps its state where the image says', () => {
    const [stateful] = of('StatefulSet');
    expect(stateful.spec!.replicas).toBe(1);
    expect(
      stateful.spec!.template!.spec.containers[0].volumeMounts.map(({ mountPath }) => mountPath),
    ).toContain(image.env.STATE_DIR);
  });

  it('scale only the workload that remembers nothing, up to the partitions of its input', () => {
    const [scaled] = of('ScaledObject');
    const [basic] = of('Deployment');
    expect(scaled.spec!.scaleTargetRef).toEqual({ kind: 'Deployment', name: basic.metadata.name });
    expect(basic.spec!.template!.spec.containers[0].env).toContainEqual({ name: 'PROFILE', value: 'basic' });
    const { consumerGroup, topic, bootstrapServers } = scaled.spec!.triggers![0].metadata;
    expect(consumerGroup).toBe(config.data!.KAFKA_GROUP_ID);
    expect(bootstrapServers).toBe(config.data!.KAFKA_BROKERS);
    const input = of('KafkaTopic').find(({ metadata }) => metadata.name === topic)!;
    expect(scaled.spec!.maxReplicaCount).toBe(input.spec!.partitions);
  });

  it('share their state in Redis where there are several, and let it out to there', () => {
    const shared = of('Deployment').find(({ metadata }) => metadata.name === 'login-stream-redis')!;
    const [{ env = [], volumeMounts }] = shared.spec!.template!.spec.containers;
    const set = new Map(env.map(({ name, value }) => [name, value]));
    expect(set.get('STATE_STORE')).toBe('redis');
    const url = new URL(set.get('REDIS_URL')!);
    const mounted = volumeMounts.map(({ mountPath }) => mountPath);
    for (const [, file] of [...set].filter(([name]) => name.endsWith('_FILE')))
      expect(mounted).toContain(file.replace(/\/[^/]+$/, ''));
    const policy = of('NetworkPolicy').find(({ metadata }) => metadata.name === shared.metadata.name)!;
    expect(policy.spec!.egress![0].ports.map((each) => each.port)).toEqual([Number(url.port)]);
    const input = of('KafkaTopic').find(({ metadata }) => metadata.name === 'user-login')!;
    expect(shared.spec!.replicas).toBeLessThanOrEqual(input.spec!.partitions!);
  });

  it('let in what asks the port, and out what goes to the brokers', () => {
    const [policy] = of('NetworkPolicy');
    const port = Number(image.env.HTTP_PORT);
    expect(policy.spec!.ingress!.flatMap(({ ports }) => ports.map((each) => each.port))).toEqual([port]);
    expect(of('Service')[0].spec!.ports!.map((each) => each.port)).toEqual([port]);
    const broker = Number(config.data!.KAFKA_BROKERS.split(':')[1]);
    expect(policy.spec!.egress![0].ports.map((each) => each.port)).toEqual([broker]);
  });

  it('are all in the kustomization but for the example of a Secret and what is optional', () => {
    const { resources } = yamlOf<{ resources: string[] }>('deploy/kubernetes/kustomization.yaml');
    const files = deployed('.yaml')
      .filter((path) => /^deploy\/kubernetes\/[^/]+$/.test(path))
      .map((path) => path.replace('deploy/kubernetes/', ''))
      .filter((name) => !['kustomization.yaml', 'secret.yaml'].includes(name));
    expect([...resources].sort()).toEqual(files);
  });
});

describe('The proxy before HTTP', () => {
  const config = textOf('deploy/oauth2-proxy/oauth2-proxy.cfg');

  it('lets nothing but the liveness pass without a log-in', () => {
    expect(/^skip_auth_routes = (.*)$/m.exec(config)![1]).toBe('["GET=^/health/live$"]');
    expect(config).not.toMatch(/^skip_auth_regex|^skip_auth_preflight/m);
  });

  it('asks the service at its port, and holds no secret', () => {
    expect(/^upstreams = (.*)$/m.exec(config)![1]).toBe(`["http://login-stream:${image.env.HTTP_PORT}/"]`);
    expect(config).not.toMatch(/^(client_secret|cookie_secret) =/m);
  });
});
