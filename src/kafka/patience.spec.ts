import { describe, expect, it } from '@jest/globals';
import { Patience } from './patience.js';

function patient(limitMs: number, signal = new AbortController().signal) {
  const said: string[] = [];
  const onWait = ({ message }: Error, left: number) => said.push(`${message} ${left}`);
  return { patience: new Patience({ limitMs, signal, onWait }), said };
}

const failingWith = (error: Error, times = Infinity) => {
  const work = { calls: 0, run: async () => (work.calls++ < times ? Promise.reject(error) : 'done') };
  return work;
};

describe('patience', () => {
  it('repeats what fails until it succeeds', async () => {
    const work = failingWith(new Error('away'), 2);
    expect(await patient(10_000).patience.until(work.run)).toBe('done');
    expect(work.calls).toBe(3);
  });

  it('says after a second what is waited for, and how long yet', async () => {
    const { patience, said } = patient(10_000);
    await patience.until(failingWith(new Error('away'), 6).run);
    expect(said).toEqual([expect.stringMatching(/^away [789]$/)]);
  });

  it('gives up after its limit, with what failed last', async () => {
    const work = failingWith(new Error('away'));
    await expect(patient(200).patience.until(work.run)).rejects.toThrow('away');
    expect(work.calls).toBeGreaterThan(1);
  });

  it('with a limit of zero tries once', async () => {
    const work = failingWith(new Error('away'));
    await expect(patient(0).patience.until(work.run)).rejects.toThrow('away');
    expect(work.calls).toBe(1);
  });

  it('begins anew after a success', async () => {
    const { patience } = patient(150);
    for (let i = 0; i < 4; i++) await patience.until(failingWith(new Error('away'), 1).run);
    await expect(patience.until(failingWith(new Error('gone')).run)).rejects.toThrow('gone');
  });

  it.each([
    { type: 'TOPIC_AUTHORIZATION_FAILED' },
    { type: 'SASL_AUTHENTICATION_FAILED' },
    {
      name: 'KafkaJSSASLAuthenticationError',
      message: 'SASL PLAIN authentication failed: Authentication failed: Invalid username or password',
    },
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    { type: 'INVALID_TOPIC_EXCEPTION' },
  ])('does not wait when that cannot help: %j', async (properties) => {
    const cause = Object.assign(new Error('no'), properties);
    const work = failingWith(new Error('Failed after some retries', { cause }));
    await expect(patient(10_000).patience.until(work.run)).rejects.toThrow('Failed');
    expect(work.calls).toBe(1);
  });

  it('waits when a connection is lost during the log-in', async () => {
    const lost = Object.assign(new Error('SASL PLAIN authentication failed: Connection closed'), {
      name: 'KafkaJSSASLAuthenticationError',
    });
    const work = failingWith(lost, 1);
    await patient(10_000).patience.until(work.run);
    expect(work.calls).toBe(2);
  });

  it('ends at the signal', async () => {
    const over = new AbortController();
    const { patience } = patient(60_000, over.signal);
    const waiting = patience.until(failingWith(new Error('away')).run);
    over.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
