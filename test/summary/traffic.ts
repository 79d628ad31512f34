import { Random } from '../../src/cli/generator/random.js';
import { message } from '../pipeline/run.js';
import type { Input } from '../pipeline/run.js';

export const ID_HEADER = 'x-test-id';

export interface Shares {
  readonly processed: number;
  readonly duplicates?: number;
  readonly filtered?: number;
  readonly errors?: number;
}

const IPS = ['10.0.0.1', '8.8.8.8', '193.0.6.139', '2001:200::1', '::ffff:8.8.4.4'];
const BROKEN = ['no JSON', '[]', '{"user_id":"u"}'];

/**
 * Traffic with so many outcomes of each kind, shuffled. All logins have one version, so that `total_logins_for_version` is
 * the turn in which a record was applied; no two have the same event time.
 *
 * @param until greatest event time, Unix seconds
 */
export function traffic(seed: number, until: number, shares: Shares): Input[] {
  const random = Random.fromSeed(seed, 'summary traffic');
  const { processed, duplicates = 0, filtered = 0, errors = 0 } = shares;
  const login = (index: number, device_type: string) => ({
    user_id: `user ${random.below(300)}`,
    app_version: '2.3.0',
    device_type,
    ip: random.oneOf(IPS),
    locale: random.oneOf(['NC', 'RU', 'de-DE', 'TX']),
    device_id: `device ${random.below(400)}`,
    timestamp: until - 40 * index - (seed % 40),
  });
  const logins = Array.from({ length: processed }, (_, index) =>
    JSON.stringify(login(index, random.oneOf(['iOS', 'android', 'Android']))),
  );
  const values = [
    ...logins,
    ...Array.from({ length: duplicates }, () => random.oneOf(logins)),
    ...Array.from({ length: filtered }, (_, index) => JSON.stringify(login(index, 'web'))),
    ...Array.from({ length: errors }, () => random.oneOf(BROKEN)),
  ];
  return shuffled(values, random).map((value, id) => ({
    ...message(value),
    headers: { [ID_HEADER]: Buffer.from(`${seed}-${id}`) },
  }));
}

function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.below(index + 1);
    [result[index], result[other]] = [result[other], result[index]];
  }
  return result;
}

/** Dealt to the partitions in turn. */
export const dealt = (inputs: readonly Input[], partitions: number): Input[][] =>
  Array.from({ length: partitions }, (_, partition) =>
    inputs.filter((_, index) => index % partitions === partition),
  );
