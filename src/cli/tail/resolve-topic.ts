import type { TopicSettings } from '../../config/topic.settings.js';
import { CliError } from '../support/cli-error.js';
import { serviceTopics, TOPIC_ROLES } from '../topics/topic-roles.js';

/** What the service does with a topic. */
export type TopicRole = (typeof TOPIC_ROLES)[keyof typeof TOPIC_ROLES];

export interface ResolvedTopic {
  readonly topic: string;
  /** Null: not a topic of the service. */
  readonly role: TopicRole | null;
}

/** Each word that names a topic by what it is for; `output` and `processed` are the same. */
const WORDS = new Map<string, TopicRole>([
  ...Object.entries(TOPIC_ROLES),
  ...Object.values(TOPIC_ROLES).map((role) => [role, role] as const),
]);

/**
 * The topic that a user means: that of a role, or one by its name. A role goes before a topic of the same name.
 *
 * @throws CliError when the topic of the role is off
 */
export function resolveTopic(word: string, settings: TopicSettings): ResolvedTopic {
  const topics = serviceTopics(settings);
  const wanted = WORDS.get(word);
  const found = topics.find(({ role, name }) => (wanted === undefined ? name === word : role === wanted));
  if (found === undefined) return { topic: word, role: null };
  if (found.name === '')
    throw new CliError(`The topic of ${word} records is off: ${found.variable} is empty.`);
  return { topic: found.name, role: found.role as TopicRole };
}
