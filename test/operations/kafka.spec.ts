import { describe, expect, it } from '@jest/globals';
import { InputSettings } from '../../src/config/input.settings.js';
import { KafkaSettings } from '../../src/config/kafka.settings.js';
import { TopicSettings } from '../../src/config/topic.settings.js';
import { errorTopicBytes } from '../../src/kafka/topics.service.js';
import { deployed, documentsOf, jsonOf, propertiesOf, textOf } from './deployed-files.js';

const DAY_MS = 86_400_000;
const topics = new TopicSettings();
const OURS = [topics.input, ...topics.outputs].sort();

interface Connector {
  readonly name: string;
  readonly config: Readonly<Record<string, string>>;
}
interface ConnectSchema {
  readonly fields: readonly { readonly field: string; readonly type: string; readonly optional: boolean }[];
}
interface TopicManifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly config: Readonly<Record<string, number>> };
}
interface JsonSchema {
  readonly properties: Readonly<Record<string, { readonly type: string | readonly string[] }>>;
}

const connectors = deployed('.json')
  .filter((path) => path.startsWith('deploy/kafka-connect/'))
  .map((path) => [path, jsonOf<Connector>(path).config] as const);

describe('The sinks of Kafka Connect', () => {
  it.each(connectors)('%s reads what is committed, of topics that the service writes', (_, config) => {
    expect(config['consumer.override.isolation.level']).toBe('read_committed');
    expect(config.topics.split(',').filter((topic) => !topics.outputs.includes(topic))).toEqual([]);
  });

  it.each(connectors)('%s goes on after a broken record, and keeps it', (_, config) => {
    expect(config).toMatchObject({
      'errors.tolerance': 'all',
      'errors.deadletterqueue.topic.name': 'login-stream-connect-errors',
      'errors.log.include.messages': 'false',
    });
  });

  it.each(connectors)('%s holds no secret', (_, config) => {
    for (const [name, value] of Object.entries(config))
      if (/password|secret|key\.id$|uri|url|username/.test(name))
        expect(value).toMatch(/^\$\{env:SINK_\w+\}$/);
  });

  it('are given the fields and types that processed records have', () => {
    const { config } = jsonOf<Connector>('deploy/kafka-connect/postgresql-sink.json');
    const given = JSON.parse(config['value.converter.schema.content']) as ConnectSchema;
    const { timestamp, ...properties } = jsonOf<JsonSchema>(
      'schemas/standard/processed.schema.json',
    ).properties;
    expect(timestamp.type).toEqual(['integer', 'string']); // why it is left out
    const kinds: Record<string, string> = { int32: 'integer', int64: 'integer' };
    const found = given.fields.map(({ field, type, optional }) => [field, kinds[type] ?? type, optional]);
    const wanted = Object.entries(properties).map(([name, { type }]) => {
      const types = [type].flat().filter((each) => each !== 'null');
      return [name, types[0], types.length < [type].flat().length];
    });
    expect(found).toEqual(wanted);
    const columns = [
      ...textOf('deploy/kafka-connect/postgresql-table.sql').matchAll(/^ {2}(\w+) [\w[\]]+( NOT NULL)?,$/gm),
    ];
    expect(columns.map(([, name, required]) => [name, required === undefined]).slice(3)).toEqual(
      wanted.map(([name, , optional]) => [name, optional]),
    );
  });

  it.each(['worker', 'worker-standalone'])('run in a %s that reads what is committed', (name) => {
    const worker = propertiesOf(`deploy/kafka-connect/${name}.properties`);
    expect(worker.get('consumer.isolation.level')).toBe('read_committed');
    expect(worker.get('listeners')).toBe('http://127.0.0.1:8083');
  });
});

describe('The mirror', () => {
  it('copies all topics but the metrics, what is committed of them, and the offsets of the group', () => {
    const mirror = propertiesOf('deploy/mirrormaker/mirrormaker.properties');
    const copied = mirror.get('primary->secondary.topics')!.split(',').sort();
    expect(copied).toEqual(OURS.filter((topic) => topic !== topics.metrics));
    expect(mirror.get('primary->secondary.groups')).toBe(new KafkaSettings().groupId);
    expect(mirror.get('primary.consumer.isolation.level')).toBe('read_committed');
  });
});

/** Milliseconds that records are kept, and the largest batch where one is said, by topic. */
type Kept = Readonly<Record<string, readonly [retentionMs: number, maxMessageBytes: number | undefined]>>;

function ofScript(): Kept {
  const lines = textOf('deploy/kafka/topics.sh').matchAll(
    /^topic (\S+) \$\(\((\d+) \* day\)\)(?: --config max\.message\.bytes=(\d+))?$/gm,
  );
  return Object.fromEntries(
    [...lines].map(([, name, days, bytes]) => [
      name,
      [Number(days) * DAY_MS, bytes === undefined ? undefined : Number(bytes)],
    ]),
  );
}

function ofManifest(): Kept {
  const all = documentsOf<TopicManifest>('deploy/kubernetes/optional/strimzi.yaml');
  return Object.fromEntries(
    all
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map(({ metadata, spec }) => [
        metadata.name,
        [spec.config['retention.ms'], spec.config['max.message.bytes']],
      ]),
  );
}

function ofTerraform(): Kept {
  const text = textOf('deploy/terraform/topics.tf').replace('(local.input)', '"user-login"');
  const lines = text.matchAll(
    /"([a-z-]+)"\s+= \{ days = (\d+), config = \{(?: "max\.message\.bytes" = "(\d+)" )?\} \}/g,
  );
  return Object.fromEntries(
    [...lines].map(([, name, days, bytes]) => [
      name,
      [Number(days) * DAY_MS, bytes === undefined ? undefined : Number(bytes)],
    ]),
  );
}

describe('The topics', () => {
  it('are ours, and the same in the script, in the manifest and in Terraform', () => {
    expect(Object.keys(ofScript()).sort()).toEqual(OURS);
    expect(ofManifest()).toEqual(ofScript());
    expect(ofTerraform()).toEqual(ofScript());
  });

  it('give error records the room that the service would give them', () => {
    expect(ofScript()[topics.error!][1]).toBe(errorTopicBytes(new InputSettings()));
  });

  it('are kept as long as the page says', () => {
    const page = textOf('docs/operations/retention.md');
    for (const [name, [retentionMs]] of Object.entries(ofScript()))
      expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\| ${retentionMs / DAY_MS} days`, 'm'));
  });
});
