import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { pauseFor } from './pause-for.js';

describe('pauseFor', () => {
  it('ends after its time, and leaves nothing behind at signals that live on', async () => {
    const over = new AbortController();
    for (let pause = 0; pause < 20; pause++) await pauseFor(1, undefined, over.signal);
    expect(getEventListeners(over.signal, 'abort')).toEqual([]);
  });

  it('ends early with the reason of a signal, also of one that was aborted before', async () => {
    const over = new AbortController();
    const pause = pauseFor(60_000, new AbortController().signal, over.signal);
    over.abort(new Error('closed'));
    await expect(pause).rejects.toThrow('closed');
    await expect(pauseFor(60_000, over.signal)).rejects.toThrow('closed');
  });
});
