import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
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
