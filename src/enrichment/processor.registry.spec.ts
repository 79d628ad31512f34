import 'reflect-metadata';
import { Injectable, Module, Scope } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { lookupMetadata } from './batch-lookup.js';
import type { LookupRules } from './batch-lookup.js';
import { processorMetadata } from './processor.js';
import type { KnownField, ProcessorSpec } from './processor.js';
import { ProcessorRegistry } from './processor.registry.js';
import { recentTimes, recentValues } from './state-handles.js';

/** A processor with fields that no file declares, past the compiler. */
function processor(name: string, needs: string[], adds: string[], state?: unknown): Type<object> {
  const type = {
    [name]: class {
      readonly state = state;
      process(): void {}
    },
  }[name];
  processorMetadata({ needs, adds, summary: name } as unknown as ProcessorSpec)(type);
  return type;
}

function lookup(name: string, needs: string[], adds: string[], rules: object = {}): Type<object> {
  const type = {
    [name]: class {
      lookUp(): void {}
    },
  }[name];
  const spec = { needs, adds, summary: name, timeoutMs: 100, onFailure: 'wait', ...rules };
  lookupMetadata(spec as unknown as ProcessorSpec & LookupRules)(type);
  return type;
}

const remembering = (of: string) => ({
  seen: recentValues({ per: 'user_id', of: of as KnownField, keep: 2, windowSeconds: 0 }),
});
const TIMES = { times: recentTimes({ per: 'user_id', keep: 2, windowSeconds: 0 }) };

let application: INestApplicationContext | undefined;

/** Boots a module with `providers`, and another one with `elsewhere`. */
async function boot(providers: Provider[], elsewhere: Provider[] = []): Promise<ProcessorRegistry> {
  @Module({ providers: elsewhere })
  class OtherModule {}
  @Module({ imports: [DiscoveryModule, OtherModule], providers: [...providers, ProcessorRegistry] })
  class SpecModule {}
  application = await NestFactory.createApplicationContext(SpecModule, {
    logger: false,
    abortOnError: false,
  });
  return application.get(ProcessorRegistry);
}

const names = (processors: readonly { name: string }[]): string[] => processors.map(({ name }) => name);

describe(ProcessorRegistry.name, () => {
  afterEach(async () => {
    await application?.close();
    application = undefined;
  });

  it('finds the processors of every module, and nothing else', async () => {
    @Injectable()
    class NotAProcessor {}
    const registry = await boot(
      [processor('A', [], ['a']), NotAProcessor, { provide: 'NOTHING', useValue: null }],
      [processor('B', [], ['b'])],
    );

    expect(names(registry.all()).sort()).toEqual(['A', 'B']);
  });

  it('finds processors made by factories, and takes an alias for what it stands for', async () => {
    const A = processor('A', [], ['a']);
    const B = processor('B', [], ['b']);
    const registry = await boot([
      A,
      { provide: 'ALIAS', useExisting: A },
      { provide: 'FACTORY', useFactory: () => new B() },
    ]);

    expect(names(registry.all())).toEqual(['A', 'B']);
  });

  it('puts a processor after those it needs and leaves the others where they are', async () => {
    const registry = await boot([
      processor('First', ['user_id'], ['f']),
      processor('NeedsLast', ['l', 'ip'], ['n']),
      processor('Middle', [], ['m']),
      processor('Last', ['m'], ['l']),
    ]);

    expect(names(registry.all())).toEqual(['First', 'Middle', 'Last', 'NeedsLast']);
  });

  it.each([
    [
      'two add the same field',
      [processor('A', [], ['x']), processor('B', [], ['x'])],
      'A and B both add "x".',
    ],
    [
      'one needs a field that nobody adds',
      [processor('A', ['y'], ['x'])],
      'A needs "y", which no processor or analytics adds and no login has.',
    ],
    [
      'one adds a field of the login',
      [processor('A', [], ['event_time'])],
      'A adds "event_time", which every login has as received.',
    ],
    [
      'one adds a field of analytics',
      [processor('A', [], ['session_id'])],
      'Analytics and A both add "session_id".',
    ],
    [
      'one remembers a field that nobody adds',
      [processor('A', [], ['a'], remembering('y'))],
      'A remembers "y", which no processor or analytics adds and no login has.',
    ],
    [
      'one remembers what it adds itself',
      [processor('A', [], ['a'], remembering('a'))],
      'Processors need each other in a circle: A remembers "a" of A.',
    ],
    [
      'one remembers what a look-up adds',
      [lookup('L', [], ['l']), processor('A', [], ['a'], remembering('l'))],
      'A remembers "l" of L: what look-ups say never becomes state.',
    ],
    [
      'one remembers what is made of a look-up, through another one',
      [
        lookup('L', [], ['l']),
        processor('J', ['l'], ['j']),
        processor('K', ['j', 'ip'], ['k']),
        processor('A', [], ['a'], remembering('k')),
      ],
      'A remembers "k" of K: what look-ups say never becomes state.',
    ],
    [
      'one remembers a field of analytics',
      [processor('A', [], ['a'], remembering('session_count'))],
      'A remembers "session_count" of analytics, which is known when state is applied: too late to be remembered.',
    ],
    [
      'one remembers a late field',
      [processor('T', [], ['t'], TIMES), processor('A', [], ['a'], remembering('t'))],
      'A remembers "t" of T, which is known when state is applied: too late to be remembered.',
    ],
    [
      'one remembers a whole message',
      [processor('A', [], ['a'], remembering('unknown_fields'))],
      'A remembers "unknown_fields", which is neither a text nor a number.',
    ],
    [
      'a look-up needs a field of analytics',
      [lookup('L', ['session_count'], ['l'])],
      'L needs "session_count" of analytics, which is known when state is applied: look-ups run before.',
    ],
    [
      'a look-up needs a late field',
      [processor('T', [], ['t'], TIMES), processor('U', ['t'], ['u']), lookup('L', ['u'], ['l'])],
      'L needs "u" of U, which is known when state is applied: look-ups run before.',
    ],
    [
      'a look-up needs a field of another one',
      [lookup('L', [], ['l']), lookup('M', ['l'], ['m'])],
      'M needs "l" of L: look-ups run side by side, on what is known before any of them.',
    ],
    [
      'a look-up has no time limit',
      [lookup('L', [], ['l'], { timeoutMs: 0 })],
      'L needs a timeoutMs above 0: how long a batch waits for an answer.',
    ],
    [
      'a look-up does not say what happens when it fails',
      [lookup('L', [], ['l'], { onFailure: 'ignore' })],
      'L needs an onFailure that says what happens to a batch: "default" or "wait".',
    ],
    [
      'a look-up has a field without a default',
      [lookup('L', [], ['l', 'm'], { onFailure: 'default', default: { l: 1 } })],
      'L adds "m", and its default has no value for it when the look-up fails.',
    ],
    [
      'something else than a handle is in the state',
      [processor('A', [], ['a'], { seen: new Map() })],
      'A has "seen" in its state, which neither recentValues nor recentTimes has made.',
    ],
    [
      'the state is no object',
      [processor('A', [], ['a'], 7)],
      'A has the property "state", which is for handles of what it remembers, and holds none.',
    ],
    [
      'they need each other in a circle',
      [processor('Outside', ['a'], ['o']), processor('A', ['b'], ['a']), processor('B', ['a'], ['b'])],
      'Processors need each other in a circle: A needs "b" of B, B needs "a" of A.',
    ],
    [
      'one needs what it adds itself',
      [processor('A', ['a'], ['a'])],
      'Processors need each other in a circle: A needs "a" of A.',
    ],
  ])('stops the boot when %s', async (_, providers, message) => {
    await expect(boot(providers)).rejects.toThrow(message);
  });

  it('stops the boot when a processor is not a singleton', async () => {
    const A = processor('A', [], ['a']);
    Injectable({ scope: Scope.TRANSIENT })(A);

    await expect(boot([A])).rejects.toThrow(
      'A is a processor, so it and what it injects must have the default',
    );
  });

  describe('plan', () => {
    const providers = [
      processor('A', [], ['a', 'a2']),
      processor('B', ['a'], ['b']),
      processor('C', ['b', 'locale'], ['c']),
      processor('D', [], ['d']),
      lookup('L', ['d', 'ip'], ['l']),
      processor('J', ['l', 'a'], ['j']),
      processor('K', ['j'], ['k']),
      processor('S', [], ['s'], remembering('c')),
      processor('T', ['s', 'k'], ['t']),
      processor('U', ['session_count'], ['u']),
    ];
    const phases = async (fields: string[]) => {
      const { early, lookups, joined, late, analytics } = (await boot(providers)).plan(fields);
      return [...[early, lookups, joined, late].map(names), [...analytics]];
    };

    it.each([
      [
        'what the fields need, directly or through others',
        ['user_id', 'c'],
        [['A', 'B', 'C'], [], [], [], []],
      ],
      ['each processor once', ['d', 'a2', 'd'], [['A', 'D'], [], [], [], []]],
      ['nothing for fields as received', ['user_id', 'timestamp'], [[], [], [], [], []]],
      ['a look-up and what it needs', ['l'], [['D'], ['L'], [], [], []]],
      ['what is made of a look-up, behind it', ['k'], [['A', 'D'], ['L'], ['J', 'K'], [], []]],
      ['what is remembered, as a need', ['s'], [['A', 'B', 'C'], [], [], ['S'], []]],
      ['late what needs a late field', ['t'], [['A', 'B', 'C', 'D'], ['L'], ['J', 'K'], ['S', 'T'], []]],
      ['late what needs a field of analytics, and the field', ['u'], [[], [], [], ['U'], ['session_count']]],
      ['fields of analytics', ['session_id', 'd'], [['D'], [], [], [], ['session_id']]],
    ])('has %s', async (_, fields, expected) => expect(await phases(fields)).toEqual(expected));

    it('knows the phase of each processor', async () => {
      const registry = await boot(providers);
      expect(
        registry
          .all()
          .map((each) => `${each.name} ${registry.phaseOf(each)}`)
          .join(', '),
      ).toBe('A early, B early, C early, D early, L async, J joined, K joined, S late, T late, U late');
    });

    it('refuses a field that has no origin', async () => {
      const registry = await boot(providers);

      expect(() => registry.plan(['d', 'constructor'])).toThrow(
        'The output has the field "constructor", which no processor or analytics adds and no login has.',
      );
    });

    it.each([
      ['s', 'S'],
      ['t', 'T'],
      ['session_id', 'analytics'],
    ])('refuses %s in filtered records, which state is not applied to', async (field, owner) => {
      const registry = await boot(providers);

      expect(() => registry.planForFiltered(['user_id', field])).toThrow(
        `The filtered record has the field "${field}" of ${owner}, which is known of processed logins only.`,
      );
    });

    it('lets filtered records have look-ups', async () => {
      const { early, lookups, joined } = (await boot(providers)).planForFiltered(['j']);

      expect([early, lookups, joined].map(names)).toEqual([['A', 'D'], ['L'], ['J']]);
    });
  });
});
