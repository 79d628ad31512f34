import 'reflect-metadata';
import { Injectable, Module, Scope } from '@nestjs/common';
import type { Provider, Type } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { INestApplicationContext } from '@nestjs/common';
import { processorMetadata } from './processor.js';
import type { ProcessorSpec } from './processor.js';
import { ProcessorRegistry } from './processor.registry.js';

/** A processor with fields that no file declares, past the compiler. */
function processor(name: string, needs: string[], adds: string[]): Type<object> {
  const type = { [name]: class {} }[name];
  processorMetadata({ needs, adds, summary: name } as unknown as ProcessorSpec)(type);
  return type;
}

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
      'A needs "y", which no processor adds and no login has.',
    ],
    [
      'one adds a field of the login',
      [processor('A', [], ['event_time'])],
      'A adds "event_time", which every login has as received.',
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
    ];

    it('has what the fields need, directly or through others, and nothing else', async () => {
      const registry = await boot(providers);

      expect(names(registry.plan(['user_id', 'c']))).toEqual(['A', 'B', 'C']);
      expect(names(registry.plan(['d', 'a2']))).toEqual(['A', 'D']);
      expect(registry.plan(['user_id', 'timestamp'])).toEqual([]);
    });

    it('runs nothing for fields that analytics adds', async () => {
      const registry = await boot(providers);

      expect(names(registry.plan(['d', 'session_id'], ['session_id', 'shared_device']))).toEqual(['D']);
    });

    it('refuses a field that has no origin', async () => {
      const registry = await boot(providers);

      expect(() => registry.plan(['d', 'constructor'], ['session_id'])).toThrow(
        'The output has the field "constructor", which no processor or analytics adds and no login has.',
      );
    });

    it('refuses a field that has two origins', async () => {
      const registry = await boot(providers);

      expect(() => registry.plan(['d'], ['d'])).toThrow('D and analytics both add "d".');
    });
  });
});
