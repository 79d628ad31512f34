import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { LoginProcessor, processorMetadata } from './processor.js';
import type { Adds, BatchContext, Reads } from './processor.js';
import { added } from './testing.js';

describe('LoginProcessor', () => {
  it('keeps the spec on the class', () => {
    @LoginProcessor({ needs: ['user_id'], adds: ['app_version_major'], summary: 'Length of the user id.' })
    class Length {
      process({ user_id }: Login, add: Adds<'app_version_major'>): void {
        add.app_version_major = user_id.length;
      }
    }

    expect(Reflect.getMetadata(processorMetadata.KEY, Length)).toEqual({
      needs: ['user_id'],
      adds: ['app_version_major'],
      summary: 'Length of the user id.',
    });
    expect(added(new Length(), { user_id: 'abc' })).toEqual({ app_version_major: 3 });
  });

  it('gives a processor what others added, if it declares so, and the context of the batch', () => {
    @LoginProcessor({ needs: ['app_version_major'], adds: ['app_version_minor'], summary: 'Twice.' })
    class Double {
      process(
        { app_version_major }: Reads<'app_version_major'>,
        add: Adds<'app_version_minor'>,
        { now }: BatchContext,
      ): void {
        add.app_version_minor = 2 * app_version_major + now;
      }
    }

    const login = { app_version_major: 4 };
    new Double().process(login as Reads<'app_version_major'>, login as unknown as Adds<'app_version_minor'>, {
      now: 1,
    });
    expect(login).toEqual({ app_version_major: 4, app_version_minor: 9 });
  });

  // These are judged by the compiler: an expected error that does not occur fails `tsc`.
  it('is refused by the compiler when spec and class disagree', () => {
    // @ts-expect-error writes a field that it does not declare
    @LoginProcessor({ needs: [], adds: ['app_version_major'], summary: '' })
    class WritesAnother {
      process(_: Login, add: Adds<'app_version_major' | 'app_version_minor'>): void {
        add.app_version_minor = 1;
      }
    }

    // @ts-expect-error reads a field that it does not need
    @LoginProcessor({ needs: [], adds: ['app_version_minor'], summary: '' })
    class ReadsUndeclared {
      process({ app_version_major }: Reads<'app_version_major'>, add: Adds<'app_version_minor'>): void {
        add.app_version_minor = app_version_major;
      }
    }

    // @ts-expect-error adds a field that nobody has declared
    @LoginProcessor({ needs: [], adds: ['no_such_field'], summary: '' })
    class AddsUnknown {
      process(): void {}
    }

    // @ts-expect-error needs a field that nobody has declared
    @LoginProcessor({ needs: ['no_such_field'], adds: [], summary: '' })
    class NeedsUnknown {
      process(): void {}
    }

    // @ts-expect-error adds a field of the login as received
    @LoginProcessor({ needs: [], adds: ['user_id'], summary: '' })
    class AddsReceived {
      process(): void {}
    }

    // @ts-expect-error does not say what it needs
    @LoginProcessor({ adds: ['app_version_major'], summary: '' })
    class SaysNoNeeds {
      process(_: Login, add: Adds<'app_version_major'>): void {
        add.app_version_major = 1;
      }
    }

    // @ts-expect-error is asynchronous
    @LoginProcessor({ needs: [], adds: ['app_version_major'], summary: '' })
    class IsAsynchronous {
      async process(_: Login, add: Adds<'app_version_major'>): Promise<void> {
        add.app_version_major = 1;
      }
    }

    // @ts-expect-error has no behaviour
    @LoginProcessor({ needs: [], adds: ['app_version_major'], summary: '' })
    class HasNoBehaviour {}

    class ChangesTheLogin {
      process(login: Login, add: Adds<'app_version_major'>): void {
        // @ts-expect-error a field as received cannot be changed
        login.user_id = '';
        // @ts-expect-error nor a field that others added
        (login as Reads<'app_version_minor'>).app_version_minor = 1;
        // @ts-expect-error nor can one be written that is not declared
        add.app_version_minor = 1;
      }
    }

    const refused = [WritesAnother, ReadsUndeclared, AddsUnknown, NeedsUnknown, AddsReceived, SaysNoNeeds];
    expect([...refused, IsAsynchronous, HasNoBehaviour, ChangesTheLogin]).toHaveLength(9);
  });
});
