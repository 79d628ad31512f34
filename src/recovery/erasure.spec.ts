import { describe, expect, it } from '@jest/globals';
import { eraseInRedis, within } from './erasure.js';

describe('an erasure from shared state', () => {
  it.each([true, false])('says whether there was a row: %s', async (known) => {
    const store = { trouble: null, forget: () => Promise.resolve(known) };
    expect(await eraseInRedis(store, 'u')).toEqual({ known, filesClean: null, until: null });
  });

  it.each([
    ['at once', () => { throw new Error('The store is not open'); }], // prettier-ignore
    ['later', () => Promise.reject(new Error('The store is not open'))],
  ])('is refused for now when the store fails %s', async (_, forget) => {
    await expect(eraseInRedis({ trouble: null, forget }, 'u')).rejects.toMatchObject({
      name: 'ErasureImpossible',
      isTemporary: true,
      message: 'State is not ready: The store is not open. Try again.',
    });
  });
});

describe(within, () => {
  it('gives what is done in time, and null for what is not', async () => {
    expect(await within(60_000, Promise.resolve('done'))).toBe('done');
    expect(await within(1, new Promise(() => undefined))).toBeNull();
    await expect(within(60_000, Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  });
});
