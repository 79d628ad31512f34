import { KeyHash } from '../tables/key-hash.js';
import type { SharedState } from './shared-state.js';

const AT_ONCE = 1_000;

/**
 * Erases one user: the row with all that processors remember of the user, and the user's marks in the rows of devices. The second
 * part looks at every device, a thousand at a time.
 *
 * @returns whether there was a row
 */
export async function forgetUser(state: SharedState, userId: string): Promise<boolean> {
  const { configuration } = state.layout;
  const row = hashOf(state.hashKey, userId);
  const mark = hashOf([0, 0], userId);
  const [, found, turns] = await state.run('forgetUser', 0, {}, () => [configuration, row]);
  // Rows move from the older generation to the current one, so this order misses none; unless the generations change meanwhile.
  for (let before = turns; ;) {
    for (const part of ['devicesOld', 'devices']) {
      for (let cursor = '0'; ;) {
        const [next, entries] = await state.connection.call((redis) =>
          redis.hscanBuffer(`${state.prefix}${part}`, cursor, 'COUNT', AT_ONCE),
        );
        for (let index = 0; index < entries.length; index += 2)
          if (entries[index + 1].includes(mark))
            await state.run('forgetMark', 0, {}, () => [configuration, entries[index], mark]);
        cursor = String(next);
        if (cursor === '0') break;
      }
    }
    const [, , after] = await state.run('forgetUser', 0, {}, () => [configuration, row]);
    if (after === before) return found === 1;
    before = after;
  }
}

function hashOf(key: readonly [number, number], text: string): Buffer {
  const hash = new KeyHash(key);
  hash.ofString(text);
  const bytes = Buffer.alloc(8);
  bytes.writeInt32BE(hash.hi, 0);
  bytes.writeInt32BE(hash.lo, 4);
  return bytes;
}
