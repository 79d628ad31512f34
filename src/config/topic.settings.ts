import { Check } from './check.decorator.js';
import { integer, oneOf, text } from './rule.js';
import { Setting } from './setting.decorator.js';

export const TOPIC_MODES = ['create', 'create-all', 'verify'] as const;
export type TopicMode = (typeof TOPIC_MODES)[number];

const CHARACTERS = '1 to 249 of letters, digits, dot, underscore and hyphen';

/** Kafka's own rule for topic names. */
const isTopicName = (name: string) => /^[A-Za-z0-9._-]{1,249}$/.test(name) && name !== '.' && name !== '..';

const inputTopic = () => text(`a topic name: ${CHARACTERS}`, isTopicName);

const outputTopic = () =>
  text(`a topic name: ${CHARACTERS}; or empty (off)`, (name) => name === '' || isTopicName(name));

/** In the order in which clashes are reported: the later one is at fault. */
const VARIABLES = {
  input: 'INPUT_TOPIC',
  output: 'OUTPUT_TOPIC',
  error: 'ERROR_TOPIC',
  filtered: 'FILTERED_TOPIC',
  summary: 'SUMMARY_TOPIC',
  metrics: 'METRICS_TOPIC',
} as const;
type TopicProperty = keyof typeof VARIABLES;

/** Kafka refuses a topic whose name differs from another one's only by dots and underscores. */
const comparable = (name: string) => name.replaceAll('.', '_');

function clash(settings: TopicSettings, property: TopicProperty): string | undefined {
  const properties = Object.keys(VARIABLES) as TopicProperty[];
  const earlier = properties.slice(0, properties.indexOf(property));
  const name = comparable(settings[property]);
  const same = earlier.find((other) => name !== '' && comparable(settings[other]) === name);
  return same === undefined ? undefined : `must differ from ${VARIABLES[same]}, dots and underscores alike`;
}

/** A topic of our own as input would feed the service its own output for ever. */
const Distinct = (property: TopicProperty) => Check<TopicSettings>((settings) => clash(settings, property));

/** Which topics are read and written, and what is done about those that don't exist. An empty name: off. */
export class TopicSettings {
  static readonly title = 'Topics';

  /** Never empty. */
  @Setting(VARIABLES.input, inputTopic(), 'Topic of raw logins.', { emptyIsValue: true })
  readonly input: string = 'user-login';

  @Setting(VARIABLES.output, outputTopic(), 'Topic of processed records.', { emptyIsValue: true })
  @Distinct('output')
  readonly output: string = 'processed-user-login';

  @Setting(VARIABLES.error, outputTopic(), 'Topic of records that are in error.', { emptyIsValue: true })
  @Distinct('error')
  readonly error: string = 'processed-errors';

  @Setting(VARIABLES.filtered, outputTopic(), 'Topic of records that are filtered.', { emptyIsValue: true })
  @Distinct('filtered')
  readonly filtered: string = 'cleaned-data';

  @Setting(VARIABLES.summary, outputTopic(), 'Topic of summaries.', { emptyIsValue: true })
  @Distinct('summary')
  readonly summary: string = 'summary-output';

  @Setting(VARIABLES.metrics, outputTopic(), 'Topic of metrics records.', { emptyIsValue: true })
  @Distinct('metrics')
  readonly metrics: string = 'metrics-output';

  @Setting(
    'TOPICS',
    oneOf(TOPIC_MODES),
    '`create` creates missing output topics and waits for the input topic (creates it too when the broker is embedded); `create-all` creates the input topic as well; `verify` creates nothing and refuses to start when one is missing.',
  )
  readonly mode: TopicMode = 'create';

  @Setting('TOPIC_PARTITIONS', integer(1, 10_000), 'Partitions of topics that the service creates.')
  readonly partitions: number = 6;

  /** Every topic that the service writes to; those that are off are left out. */
  get outputs(): readonly string[] {
    const { output, error, filtered, summary, metrics } = this;
    return [output, error, filtered, summary, metrics].filter((topic) => topic !== '');
  }

  /** Undefined: the broker's default. */
  @Setting('TOPIC_REPLICATION', integer(1, 32_767), 'Replicas of topics that the service creates.', {
    defaultNote: 'the broker’s default',
  })
  readonly replication: number | undefined = undefined;
}
