/** Parts of the state, in the order in which scripts are given their keys. */
export const KEY_ORDER = [
  ...(['meta', 'fence', 'settled', 'applied', 'kept', 'users', 'usersOld', 'devices', 'devicesOld'] as const),
  ...([
    'duplicates',
    'duplicatesOld',
    'active',
    'activeOld',
    'versions',
    'locales',
    'types',
    'regions',
  ] as const),
  ...([
    'countries',
    'activity',
    'others',
    'registersUsers',
    'registersDevices',
    'seenUsers',
    'seenDevices',
  ] as const),
  ...(['pending', 'reset', 'marks'] as const),
] as const;

/** All keys of a group share one hash tag, so that a cluster keeps them on one shard and a script may use them all. */
export const prefixOf = (group: string): string => `{login-stream:${group}}:`;

/** @param partition whose results are kept; each has a list of its own */
export function keysOf(group: string, partition: number): string[] {
  const prefix = prefixOf(group);
  return KEY_ORDER.map((name) => (name === 'kept' ? `${prefix}kept:${partition}` : `${prefix}${name}`));
}
