import { settingsOf } from '../../config/setting.decorator.js';
import { TopicSettings } from '../../config/topic.settings.js';

/** What the service does with a topic. */
export const TOPIC_ROLES = {
  input: 'input',
  output: 'processed',
  error: 'error',
  filtered: 'filtered',
  summary: 'summary',
  metrics: 'metrics',
} as const satisfies Partial<Record<keyof TopicSettings, string>>;

export interface ServiceTopic {
  readonly role: string;
  /** Environment variable that names it. */
  readonly variable: string;
  /** Empty: off. */
  readonly name: string;
}

/** The topics of the service, the input first. */
export function serviceTopics(settings: TopicSettings): ServiceTopic[] {
  const variables = new Map(settingsOf(TopicSettings).map(({ property, name }) => [property, name]));
  return (Object.keys(TOPIC_ROLES) as (keyof typeof TOPIC_ROLES)[]).map((property) => ({
    role: TOPIC_ROLES[property],
    variable: variables.get(property) ?? '',
    name: settings[property],
  }));
}
