import type { Settings } from '../../config/settings.js';

const COPIES = ['- Backups of STATE_DIR that were made before have the user: delete them.'];
const COPIES_OF_REDIS = [
  '- The files of Redis have what was there until it writes them anew: the append-only file with BGREWRITEAOF, the snapshot with BGSAVE.',
  '- Backups of Redis that were made before have the user, and a Redis that is restored from one: delete them.',
  '- What is kept of batches that are not committed yet has addresses, and hashes of ids: it goes when they are committed, which takes an instance.',
];

/**
 * Where an erased user still is, and what stays though it is of no person.
 *
 * @param isShared the state is in Redis
 */
export function whatRemains({ topic, profile, analytics }: Settings, isShared: boolean): string {
  const outputs = [
    topic.input,
    topic.output,
    topic.error,
    topic.filtered,
    // Those of the standard profile hold nobody.
    ...(profile.profile === 'standard' && profile.profileFile === undefined ? [] : [topic.metrics]),
  ].filter((name) => name !== '');
  return [
    'What remains:',
    `- Kafka keeps records of the user until the retention of each topic ends: ${[...new Set(outputs)].join(', ')} (login-stream topics).`,
    '- State that is built anew from the input (login-stream state reset) counts those that are there then; so does input of the user that is still to come.',
    ...(isShared ? COPIES_OF_REDIS : COPIES),
    ...(analytics.dedupeSeconds === 0
      ? []
      : ['- Duplicates are found by hashes of whole records, without a name; newer ones replace them.']),
    '- Counts, and estimates of how many users there are, hold no person.',
  ].join('\n');
}
