import { describe, expect, it } from '@jest/globals';
import type { Login } from '../../src/pipeline/login.js';
import { Filtered, Rejected } from '../../src/pipeline/outcome.js';
import type { Outcome } from '../../src/pipeline/outcome.js';
import type { TestRedis } from '../support/redis.js';
import { logins, openStore, positionOf } from './fixture.js';
import { ownRedis } from './own-redis.js';

/** One record, judged in each way that settings can make of it. */
const aLogin = () => logins(0, {})[0] as Login;
const AS = {
  'a login': (): Outcome => aLogin(),
  'filtered by device': (): Outcome => new Filtered(aLogin(), 'filtered_device_type'),
  'filtered by age': (): Outcome => new Filtered(aLogin(), 'filtered_age'),
  'too large': (): Outcome => new Rejected(aLogin().raw, 'output_too_large', [], null),
  'an error': (): Outcome => new Rejected(aLogin().raw, 'unknown_fields', [], null),
};
type Judged = keyof typeof AS;

describe('A record whose result is kept, and that is judged otherwise when it comes again,', () => {
  let redis: TestRedis;
  ownRedis((started) => (redis = started));

  /** What it is said to be when it comes again. */
  async function twice(first: Judged, second: Judged): Promise<Outcome> {
    const store = await openStore({ url: redis.url });
    try {
      await store.apply(positionOf(0, 0, 1), [AS[first]()], null);
      const again = [AS[second]()];
      await store.apply(positionOf(0, 0, 1), again, null);
      return again[0];
    } finally {
      store.close();
    }
  }

  it.each<[Judged, Judged, string]>([
    ['an error', 'a login', 'was counted as an error, and is a login'],
    ['an error', 'filtered by age', 'was counted as an error, and is filtered'],
    ['a login', 'an error', 'was counted as a login, and is an error'],
    ['a login', 'filtered by age', 'was counted as a login, and is filtered'],
    ['filtered by age', 'an error', 'was counted as filtered, and is an error'],
  ])('is refused: %s, then %s', async (first, second, sentence) => {
    const again = twice(first, second);
    await expect(again).rejects.toThrow(
      `The record at offset 0 ${sentence} with the settings of this instance`,
    );
    await expect(again).rejects.toThrow('with the former settings until it is written, or reset the state');
  });

  it('is an error, though it was counted as a login, when its topic does not take it any more', async () => {
    expect(await twice('a login', 'too large')).toMatchObject({ errorType: 'output_too_large' });
  });

  it.each<[Judged, Judged]>([
    ['filtered by device', 'a login'],
    ['filtered by device', 'filtered by age'],
  ])('is what it was counted as: %s, then %s', async (first, second) => {
    const outcome = await twice(first, second);
    expect(outcome).toBeInstanceOf(Filtered);
    expect(outcome).toMatchObject({ reason: 'filtered_device_type' });
  });
});
