import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
import type { RegisteredProcessor } from './processor-order.js';
import { compileRunner } from './processor-runner.js';

describe(compileRunner.name, () => {
  it('calls every processor once per login, in order, as its own method, with the login and the context', () => {
    const calls: unknown[] = [];
    class Recorder {
      constructor(private readonly name: string) {}
      process(login: object, add: object, { now }: { now: number }): void {
        expect(add).toBe(login);
        calls.push([this.name, (login as Login).user_id, now]);
      }
    }
    const processors = ['One', 'Two'].map((name): RegisteredProcessor => ({
      name,
      spec: { needs: [], adds: [], summary: '' },
      instance: new Recorder(name),
    }));

    compileRunner(processors)([aLogin({ user_id: 'a' }), aLogin({ user_id: 'b' })], { now: 7 });

    expect(calls).toEqual([
      ['One', 'a', 7],
      ['Two', 'a', 7],
      ['One', 'b', 7],
      ['Two', 'b', 7],
    ]);
  });
});
