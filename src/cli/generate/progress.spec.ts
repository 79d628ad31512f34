import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Progress } from './progress.js';

function stream(isTTY: boolean) {
  const written: string[] = [];
  const out = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  return { written, out };
}

describe('progress', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('writes one line over again on a terminal, and leaves none behind', () => {
    const { written, out } = stream(true);
    let sent = 0;
    const progress = new Progress(() => sent, 100, out);
    sent = 50;
    jest.advanceTimersByTime(400);
    progress.say('Waiting');
    progress.stop();
    expect(written).toEqual([
      expect.stringMatching(/^\r\u001b\[2K\[=+ +\] 50 % {2}50 of 100 {2}250\/s {2}ETA 0:00$/),
      expect.stringContaining('125/s'),
      '\r\u001b[2KWaiting\n',
      '\r\u001b[2K',
    ]);
    jest.advanceTimersByTime(1_000);
    expect(written).toHaveLength(4);
  });

  it('writes a plain line every five seconds elsewhere, with the rate of late', () => {
    const { written, out } = stream(false);
    let sent = 0;
    const progress = new Progress(() => sent, Infinity, out);
    sent = 500;
    jest.advanceTimersByTime(5_000);
    sent = 5_500;
    jest.advanceTimersByTime(5_000);
    progress.say('Waiting');
    progress.stop();
    expect(written).toEqual(['500 sent  100/s  0:05\n', '5,500 sent  1,000/s  0:10\n', 'Waiting\n']);
  });
});
