import { documentsOf, textOf } from './deployed-files.js';

/** One allowed operation. */
export interface Permission {
  readonly resource: 'topic' | 'group' | 'transactionalId';
  readonly name: string;
  readonly prefix: boolean;
  readonly operation: string;
}

interface KafkaUser {
  readonly kind: string;
  readonly spec: {
    readonly authorization: {
      readonly acls: readonly {
        readonly resource: {
          readonly type: Permission['resource'];
          readonly name: string;
          readonly patternType?: string;
        };
        readonly operations: readonly string[];
      }[];
    };
  };
}

/** What the KafkaUser of the Kubernetes manifests is allowed. */
export function permissionsOfManifest(): Permission[] {
  const user = documentsOf<KafkaUser>('deploy/kubernetes/optional/strimzi.yaml').find(
    ({ kind }) => kind === 'KafkaUser',
  )!;
  return user.spec.authorization.acls.flatMap(({ resource: { type, name, patternType }, operations }) =>
    operations.map((operation) => ({
      resource: type,
      name,
      prefix: patternType === 'prefix',
      operation,
    })),
  );
}

/** What `deploy/kafka/acls.sh` allows when none of its variables is set. */
export function permissionsOfScript(): Permission[] {
  const variables: Record<string, string> = { group: 'login-stream', input: 'user-login' };
  const permissions: Permission[] = [];
  let topics: readonly string[] = [''];
  for (const line of textOf('deploy/kafka/acls.sh').split('\n')) {
    const loop = /^for topic in (.*); do$/.exec(line);
    if (loop) topics = loop[1].split(' ');
    if (line === 'done') topics = [''];
    if (!/^\s*allow --/.test(line)) continue;
    for (const topic of topics) {
      const text = line.replace(/\$(\w+)/g, (_, name: string) => ({ ...variables, topic })[name] ?? '');
      const [, kind, name] = /--(topic|group|transactional-id) "?([^" ]+)"?/.exec(text)!;
      for (const [, operation] of text.matchAll(/--operation (\w+)/g))
        permissions.push({
          resource: kind === 'transactional-id' ? 'transactionalId' : (kind as 'topic' | 'group'),
          name,
          prefix: text.includes('--resource-pattern-type prefixed'),
          operation,
        });
    }
  }
  return permissions;
}

/** What `deploy/terraform/acls.tf` allows with its variables' defaults. */
export function permissionsOfTerraform(): Permission[] {
  const kinds: Record<string, Permission['resource']> = {
    Topic: 'topic',
    Group: 'group',
    TransactionalID: 'transactionalId',
  };
  const values: Record<string, string> = { 'local.input': 'user-login', 'var.group': 'login-stream' };
  const outputs = [...textOf('deploy/terraform/topics.tf').matchAll(/^ {4}"([a-z-]+)"/gm)].map(
    ([, name]) => name,
  );
  const entries = textOf('deploy/terraform/acls.tf').matchAll(
    /type = "(\w+)", name = ([^,]+), pattern = "(\w+)", operation = "(\w+)"/g,
  );
  return [...entries].flatMap(([, kind, name, pattern, operation]) => {
    const text =
      values[name] ?? name.replace(/"|\$\{([\w.]+)\}/g, (_, value?: string) => (value ? values[value] : ''));
    return (name === 'topic' ? outputs : [text]).map((each) => ({
      resource: kinds[kind],
      name: each,
      prefix: pattern === 'Prefixed',
      operation,
    }));
  });
}
