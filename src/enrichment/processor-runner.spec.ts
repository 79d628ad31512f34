import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
import { ProcessorFailed } from './processor-failed.error.js';
import { compileLateRunner, compileRunner } from './processor-runner.js';

function recorders(calls: unknown[]) {
  class Recorder {
    constructor(private readonly name: string) {}
    process(login: object, add: object, { now }: { now: number }): void {
      expect(add).toBe(login);
      calls.push([this.name, (login as Login).user_id, now]);
    }
  }
  return ['One', 'Two'].map((name) => ({ instance: new Recorder(name) }));
}

describe(compileRunner.name, () => {
  it('calls every processor once per login, in order, as its own method, with the login and the context', () => {
    const calls: unknown[] = [];

    compileRunner(recorders(calls))([aLogin({ user_id: 'a' }), aLogin({ user_id: 'b' })], { now: 7 });

    expect(calls).toEqual([
      ['One', 'a', 7],
      ['Two', 'a', 7],
      ['One', 'b', 7],
      ['Two', 'b', 7],
    ]);
  });
});

describe('a processor that throws', () => {
  class BrokenProcessor {
    process({ user_id }: { user_id: string }): void {
      throw new TypeError(`cannot read ${user_id}`);
    }
  }
  const broken = [{ instance: new BrokenProcessor() }] as unknown as Parameters<typeof compileRunner>[0];

  it('is named, and what it said is not: it may repeat the login', () => {
    const login = aLogin({ user_id: 'a secret' });
    for (const run of [
      () => compileRunner(broken)([login], { now: 7 }),
      () => compileLateRunner(broken)(login, { now: 7 }),
    ]) {
      expect(run).toThrow(ProcessorFailed);
      expect(run).toThrow('TypeError in BrokenProcessor.process');
      expect(run).not.toThrow('secret');
    }
  });
});

describe(compileLateRunner.name, () => {
  it('does the same for one login', () => {
    const calls: unknown[] = [];

    compileLateRunner(recorders(calls))(aLogin({ user_id: 'a' }), { now: 7 });

    expect(calls).toEqual([
      ['One', 'a', 7],
      ['Two', 'a', 7],
    ]);
  });
});
