import { describe, expect, it } from '@jest/globals';
import { isScriptFault, troubleOf } from './redis-trouble.js';

const answer = (message: string) => new Error(message);
const failure = (code: string) => Object.assign(new Error(`connect ${code} 10.0.0.1:6379`), { code });

describe('troubleOf', () => {
  it.each([
    ["READONLY You can't write against a read only replica.", /replica now/, false],
    [
      `ERR Error running script (call to f_1): @user_script:1: @user_script: 1: -READONLY You can't write`,
      /replica now/,
      false,
    ],
    ['LOADING Redis is loading the dataset in memory', /reading its data/, false],
    [
      "OOM command not allowed when used memory > 'maxmemory'. script: 1, on @user_script:1.",
      /memory is full/,
      false,
    ],
    ['MISCONF Redis is configured to save RDB snapshots, but', /write to its disk/, false],
    ['BUSY Redis is busy running a script.', /keeps it busy/, false],
    [
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
      /replica now/,
      false,
    ],
    ['CLUSTERDOWN The cluster is down', /cluster is down/, false],
    ['NOAUTH Authentication required.', /user and password/, true],
    ['WRONGPASS invalid username-password pair or user is disabled.', /user and password/, true],
    ['NOPERM this user has no permissions to run the evalsha command', /may not run scripts/, true],
    ['MOVED 866 10.0.0.2:6379', /another node of its cluster \(10\.0\.0\.2:6379\)/, true],
    ['ERR unknown command `SETRANGE`, with args beginning with: `x`', /it is a Sentinel/, true],
    ["CROSSSLOT Keys in request don't hash to the same slot", /hash tag/, true],
    ['ERR DB index is out of range', /database of that number/, true],
    ['Command timed out', /does not answer/, false],
    ['Connection is closed.', /connection is closed/, false],
    ['Reached the max retries per request limit (which is 0).', /connection is closed/, false],
  ])('says of %j what it means', (message, sentence, needsChange) => {
    expect(troubleOf(answer(message))).toEqual({ sentence: expect.stringMatching(sentence), needsChange });
  });

  it.each([
    ['ECONNREFUSED', /nobody listens/, false],
    ['ENOTFOUND', /no host of that name/, false],
    ['ETIMEDOUT', /does not answer/, false],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /^TLS to Redis/, true],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /^TLS to Redis/, true],
  ])('says of %s what it means', (code, sentence, needsChange) => {
    expect(troubleOf(failure(code))).toEqual({ sentence: expect.stringMatching(sentence), needsChange });
  });

  it('repeats of what it does not know the first line, and not for long', () => {
    const { sentence } = troubleOf(answer(`ERR something new\nsecond line ${'x'.repeat(500)}`));
    expect(sentence).toBe('Redis refuses a call: ERR something new');
  });
});

describe('isScriptFault', () => {
  it('tells mistakes of a script from what a command in it was answered', () => {
    expect(
      isScriptFault(answer('ERR user_script:1: attempt to index a nil value script: 1, on @user_script:1.')),
    ).toBe(true);
    expect(
      isScriptFault(answer('ERR Error compiling script (new function): user_script:1: syntax error')),
    ).toBe(true);
    expect(
      isScriptFault(
        answer(
          'ERR Error running script (call to f_1): @user_script:1: Script killed by user with SCRIPT KILL...',
        ),
      ),
    ).toBe(false);
    expect(isScriptFault(answer('OOM command not allowed. script: 1, on @user_script:1.'))).toBe(false);
    expect(isScriptFault(answer('Connection is closed.'))).toBe(false);
  });
});
