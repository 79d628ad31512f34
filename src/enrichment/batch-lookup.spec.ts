import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import type { Login } from '../pipeline/login.js';
import { BatchLookup, lookupMetadata } from './batch-lookup.js';
import type { LookupContext } from './batch-lookup.js';
import type { Adds, Reads } from './processor.js';

const LIMITS = { timeoutMs: 100, onFailure: 'wait', summary: '' } as const;

describe('BatchLookup', () => {
  it('keeps the spec on the class', () => {
    const spec = { needs: ['ip'], adds: ['app_version_major'], ...LIMITS } as const;
    @BatchLookup(spec)
    class Lengths {
      async lookUp(
        logins: readonly Login[],
        { signal }: LookupContext,
      ): Promise<Adds<'app_version_major'>[]> {
        signal.throwIfAborted();
        return logins.map(({ ip }) => ({ app_version_major: ip.length }));
      }
    }
    expect(Reflect.getMetadata(lookupMetadata.KEY, Lengths)).toEqual(spec);
  });

  // These are judged by the compiler: an expected error that does not occur fails `tsc`.
  it('is refused by the compiler when spec and class disagree', () => {
    // @ts-expect-error reads a field that it does not need
    @BatchLookup({ needs: [], adds: ['app_version_minor'], ...LIMITS })
    class ReadsUndeclared {
      async lookUp(logins: readonly Reads<'app_version_major'>[]): Promise<Adds<'app_version_minor'>[]> {
        return logins.map(({ app_version_major }) => ({ app_version_minor: app_version_major }));
      }
    }

    // @ts-expect-error its results lack a field
    @BatchLookup({ needs: [], adds: ['app_version_major', 'app_version_minor'], ...LIMITS })
    class AddsLess {
      async lookUp(): Promise<Adds<'app_version_major'>[]> {
        return [];
      }
    }

    // @ts-expect-error is synchronous
    @BatchLookup({ needs: [], adds: ['app_version_major'], ...LIMITS })
    class IsSynchronous {
      lookUp(): Adds<'app_version_major'>[] {
        return [];
      }
    }

    // @ts-expect-error does not say what the fields are when it fails
    @BatchLookup({ needs: [], adds: ['app_version_major'], ...LIMITS, onFailure: 'default' })
    class SaysNoDefault {
      async lookUp(): Promise<Adds<'app_version_major'>[]> {
        return [];
      }
    }

    // @ts-expect-error does not say how long a batch may wait
    @BatchLookup({ needs: [], adds: ['app_version_major'], summary: '', onFailure: 'wait' })
    class SaysNoLimit {
      async lookUp(): Promise<Adds<'app_version_major'>[]> {
        return [];
      }
    }

    expect([ReadsUndeclared, AddsLess, IsSynchronous, SaysNoDefault, SaysNoLimit]).toHaveLength(5);
  });
});
