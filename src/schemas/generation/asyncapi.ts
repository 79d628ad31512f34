import { DEFAULT_PROFILE } from '../../config/profile.settings.js';
import { loadSettings } from '../../config/load-settings.js';
import type { Settings } from '../../config/settings.js';
import { PROFILES } from '../../profiles/profiles.js';
import { DEAD_LETTER_HEADERS } from '../../publishing/records/dead-letter-headers.js';
import type { JsonSchema, RecordRole } from '../json-schema.js';
import { schemaFile } from './schema-files.js';

const BINDING_VERSION = '0.5.0';

interface Topic {
  /** The setting that names it. */
  readonly variable: string;
  readonly address: string;
  readonly title: string;
  readonly summary: string;
  readonly key: JsonSchema;
  readonly headers: JsonSchema;
  /** File of the schema of its values. */
  readonly payload: string;
}

const INPUT_HEADERS: JsonSchema = {
  type: 'object',
  description: 'Those of the input record, unchanged.',
  additionalProperties: true,
};
const NO_HEADERS: JsonSchema = { type: 'object', properties: {}, additionalProperties: false };
const ORIGINAL_KEY: JsonSchema = { description: 'Key of the input record, unchanged; it may be any bytes, or null.' };

/** What the service receives and sends, with the topics' default names, as AsyncAPI 3.0. References are to `schemas/`. */
export function asyncApi(version: string, schemas: ReadonlyMap<string, JsonSchema>): object {
  const { settings } = loadSettings({}, { profiles: PROFILES, stdoutIsTty: false });
  const topics = Object.entries(topicsOf(settings)).filter(([, { payload }]) => schemas.has(payload));
  const object = (entry: (name: string, topic: Topic) => readonly [string, object]): object =>
    Object.fromEntries(topics.map(([name, topic]) => entry(name, topic)));
  return {
    asyncapi: '3.0.0',
    id: 'urn:login-stream',
    info: {
      title: 'login-stream',
      version,
      description:
        'Turns raw user logins into validated, enriched, privacy-safe records. Every input record has exactly one outcome: processed, filtered or error. Topics have their default names; each channel names the setting that changes it.',
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        description:
          'Where Kafka is: the setting `KAFKA_BROKERS`. Read with `isolation.level=read_committed`: outcomes are written in transactions.',
        variables: { brokers: { default: 'localhost:9092', description: '`host:port`, several with commas.' } },
      },
    },
    channels: object((name, topic) => [name, channel(name, topic, settings)]),
    operations: object((name, topic) => [operationName(name), operation(name, topic, settings)]),
    components: { messages: object((name, topic) => [name, message(name, topic)]) },
  };
}

const operationName = (name: string): string =>
  `${name === 'input' ? 'receive' : 'send'}${name[0].toUpperCase()}${name.slice(1)}`;

function channel(name: string, topic: Topic, { topic: { partitions } }: Settings): object {
  return {
    address: topic.address,
    title: topic.title,
    description: `${topic.summary} The setting \`${topic.variable}\` names the topic.`,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    bindings: { kafka: { topic: topic.address, partitions, bindingVersion: BINDING_VERSION } },
  };
}

function operation(name: string, { summary }: Topic, { kafka: { groupId } }: Settings): object {
  const reads = name === 'input';
  return {
    action: reads ? 'receive' : 'send',
    summary,
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    ...(reads && {
      bindings: {
        kafka: { groupId: { type: 'string', default: groupId }, bindingVersion: BINDING_VERSION },
      },
    }),
  };
}

function message(name: string, { title, summary, key, headers, payload }: Topic): object {
  return {
    name,
    title,
    summary,
    contentType: 'application/json',
    headers,
    payload: { $ref: `../${payload}` },
    bindings: { kafka: { key, bindingVersion: BINDING_VERSION } },
  };
}

function topicsOf({ topic }: Settings): Record<'input' | RecordRole, Topic> {
  const written = (role: RecordRole) => schemaFile(role, DEFAULT_PROFILE);
  return {
    input: {
      variable: 'INPUT_TOPIC',
      address: topic.input,
      title: 'Raw logins',
      summary: 'Logins as apps report them.',
      key: { description: 'Any; it has no meaning here.' },
      headers: { ...INPUT_HEADERS, description: 'Any; they travel on with the outcome.' },
      payload: 'schemas/input.schema.json',
    },
    processed: {
      variable: 'OUTPUT_TOPIC',
      address: topic.output,
      title: 'Processed logins',
      summary: 'Valid logins with everything that is known about them.',
      key: { type: 'string', description: '`user_id` as received.' },
      headers: INPUT_HEADERS,
      payload: written('processed'),
    },
    filtered: {
      variable: 'FILTERED_TOPIC',
      address: topic.filtered,
      title: 'Filtered logins',
      summary: 'Valid logins that are not wanted, with the reason.',
      key: ORIGINAL_KEY,
      headers: INPUT_HEADERS,
      payload: written('filtered'),
    },
    error: {
      variable: 'ERROR_TOPIC',
      address: topic.error,
      title: 'Errors',
      summary: 'Messages that are no logins, with every reason and their original bytes. They carry clear values.',
      key: { description: 'Key of the input record, unchanged, if it has room; it may be any bytes, or null.' },
      headers: deadLetterHeaders(),
      payload: written('error'),
    },
    summary: {
      variable: 'SUMMARY_TOPIC',
      address: topic.summary,
      title: 'Summaries',
      summary: 'Figures over everything that was processed.',
      key: { type: 'string', description: 'The consumer group.' },
      headers: NO_HEADERS,
      payload: written('summary'),
    },
    metrics: {
      variable: 'METRICS_TOPIC',
      address: topic.metrics,
      title: 'Metrics',
      summary: 'What each instance says about itself.',
      key: { type: 'string', description: '`instance_id`.' },
      headers: NO_HEADERS,
      payload: written('metrics'),
    },
  };
}

function deadLetterHeaders(): JsonSchema {
  const headers = Object.entries(DEAD_LETTER_HEADERS);
  return {
    type: 'object',
    description: 'Those of the input record, and these.',
    properties: Object.fromEntries(
      headers.map(([name, { meaning: description }]) =>
        // Any bytes, while the others are text.
        [name, name === 'x-dlq-value' ? { description } : { type: 'string', description }],
      ),
    ),
    required: headers.filter(([, { always }]) => always).map(([name]) => name),
    additionalProperties: true,
  };
}
