import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { lookupMetadata } from '../../enrichment/batch-lookup.js';
import type { LookupRules } from '../../enrichment/batch-lookup.js';
import { processorMetadata } from '../../enrichment/processor.js';
import type { BatchContext, ProcessorSpec } from '../../enrichment/processor.js';
import { recentValues } from '../../enrichment/state-handles.js';
import { aLogin } from './a-login.js';
import { assertLookupContract, assertProcessorContract } from './contract.js';

type Fields = Record<string, unknown>;
type Process = (login: Fields, add: Fields, context: BatchContext) => unknown;

/** A processor that says it needs `ip` and adds `a` and `b`, past the compiler. */
function processor(process: Process) {
  class SpecProcessor {
    readonly state = { locales: recentValues({ per: 'user_id', of: 'locale', keep: 2, windowSeconds: 0 }) };
    process = process as () => void;
  }
  const spec = { needs: ['ip'], adds: ['a', 'b'], summary: 'x' };
  processorMetadata(spec as unknown as ProcessorSpec)(SpecProcessor);
  return new SpecProcessor();
}

/** A look-up that says it adds `a`. */
function lookup(lookUp: (logins: readonly Fields[]) => Promise<object[]>) {
  class SpecLookup {
    lookUp = lookUp;
  }
  const spec = { needs: ['ip'], adds: ['a'], summary: 'x' };
  lookupMetadata(spec as unknown as ProcessorSpec & LookupRules)(SpecLookup);
  return new SpecLookup();
}

const good: Process = ({ ip }, add) => {
  add.a = String(ip).length;
  add.b = null;
};

describe('assertProcessorContract', () => {
  it('lets a good processor pass', () => {
    expect(() => assertProcessorContract(processor(good))).not.toThrow();
  });

  it('takes the caller’s logins, and lets a delay read the clock', () => {
    const reads: unknown[] = [];
    const delay = processor(({ ip }, add, { now }) => {
      reads.push(ip);
      add.a = now;
      add.b = 1;
    });
    assertProcessorContract(delay, { logins: [aLogin({ ip: '::1' })], readsClock: true });
    expect(new Set(reads)).toEqual(new Set(['::1']));
  });

  const faults: [string, Process, string][] = [
    ['forgets a field', ({ ip }, add) => void (add.a = ip), 'added a, and says it adds a, b'],
    ['writes another one', (login, add) => (good(login, add, { now: 0 }), void (add.c = 1)), 'added a, b, c'],
    ['changes the order', ({ ip }, add) => void ((add.b = ip), (add.a = 1)), 'added b, a'],
    [
      'writes undefined',
      ({ ip }, add) => void ((add.a = ip), (add.b = undefined)),
      '"b" that JSON does not have',
    ],
    [
      'writes a number that is none',
      ({ ip }, add) => void ((add.a = ip), (add.b = NaN)),
      '"b" that JSON does not',
    ],
    [
      'writes a date',
      ({ ip }, add) => void ((add.a = ip), (add.b = new Date(0))),
      '"b" that JSON does not have',
    ],
    [
      'changes the login',
      (login, add) => (good(login, add, { now: 0 }), void (login.ip = '')),
      'added a, b, ip',
    ],
    [
      'reads what it does not need',
      ({ ip, locale }, add) => void ((add.a = ip), (add.b = locale)),
      'reads "locale"',
    ],
    [
      'does not read what it needs',
      (_, add) => void ((add.a = 1), (add.b = 1)),
      'needs "ip", and never read it',
    ],
    ['goes by the clock', ({ ip }, add, { now }) => void ((add.a = ip), (add.b = now)), 'at another time'],
    ['is asynchronous', async (login, add) => void good(login, add, { now: 0 }), 'returned something'],
  ];
  it.each(faults)('finds one that %s', (_, process, sentence) => {
    expect(() => assertProcessorContract(processor(process))).toThrow(sentence);
  });

  it('finds one that answers by chance or changes what is remembered', () => {
    let calls = 0;
    const moody = processor(({ ip }, add) => void ((add.a = ip), (add.b = calls++)));
    expect(() => assertProcessorContract(moody)).toThrow('says something else when it is asked again');
    const meddling = processor(({ ip }, add) => {
      Object.assign(add, { a: ip, b: 1 });
      meddling.state.locales.values[0] = 7;
    });
    expect(() => assertProcessorContract(meddling)).toThrow('changed what is remembered');
  });

  it('says of which login, and that a class is no processor', () => {
    const broken = processor(() => undefined);
    expect(() => assertProcessorContract(broken, { logins: [aLogin({ user_id: 'u-7' })] })).toThrow(
      '"user_id":"u-7"',
    );
    expect(() => assertProcessorContract({ process: () => undefined })).toThrow(
      'is not declared with @LoginProcessor()',
    );
  });
});

describe('assertLookupContract', () => {
  it('lets a good look-up pass', async () => {
    await assertLookupContract(lookup(async (logins) => logins.map(({ ip }) => ({ a: ip }))));
  });

  it.each([
    ['answers for some', async () => [{ a: 1 }], 'answered with 1 results for 2 logins'],
    ['answers with another field', async () => [{ a: 1 }, { b: 1 }], 'added b, and says it adds a'],
    [
      'changes logins',
      async (logins: readonly Fields[]) => logins.map((login) => (login.ip = {}) as object),
      'ip',
    ],
  ])('finds one that %s', async (_, lookUp, sentence) => {
    const logins = [aLogin(), aLogin()];
    await expect(assertLookupContract(lookup(lookUp), { logins })).rejects.toThrow(sentence);
  });
});
