import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import { aLogin } from '../pipeline/testing.js';
import { ProfilesModule } from '../profiles/profiles.module.js';
import { EnrichmentModule } from './enrichment.module.js';
import type { RegisteredProcessor } from './processor-order.js';
import { ProcessorRegistry } from './processor.registry.js';

async function processorsWith(env: NodeJS.ProcessEnv): Promise<readonly RegisteredProcessor[]> {
  @Module({ imports: [ConfigModule.forRoot(testSettings(env)), ProfilesModule, EnrichmentModule] })
  class SpecModule {}
  const application = await NestFactory.createApplicationContext(SpecModule, { logger: false });
  return application.get(ProcessorRegistry).all();
}

/** Every branch that a setting chooses is in one of them. */
const VARIANTS = [
  {},
  { LOCALE_SCHEME: 'us-state', IP_PRIVACY: 'none', DEVICE_PRIVACY: 'none' },
  { LOCALE_SCHEME: 'country', IP_PRIVACY: 'hash', PRIVACY_KEY: 'a key' },
];
const suites = await Promise.all(
  VARIANTS.map(async (env) => ({ env: JSON.stringify(env), processors: await processorsWith(env) })),
);

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ minLength: 1, maxLength, unit: 'grapheme-ascii' }),
    fc.string({ minLength: 1, maxLength, unit: 'binary' }),
  );
const number = fc.oneof(fc.nat(99), fc.nat(999_999_999)).map(String);
const letters = (length: number): fc.Arbitrary<string> =>
  fc.stringMatching(new RegExp(`^[A-Za-z]{${length}}$`));

/** Any login that validation lets through. */
const validLogin = fc.record({
  user_id: text(128),
  app_version: fc.tuple(number, number, number).map((parts) => parts.join('.')),
  device_type: fc.oneof(fc.constantFrom('android', 'iOS', 'IOS'), text(64)),
  ip: fc.oneof(fc.ipV4(), fc.ipV6()),
  locale: fc.oneof(
    letters(2),
    fc.tuple(letters(2), fc.constantFrom('-', '_'), letters(2)).map((parts) => parts.join('')),
    fc.string({ minLength: 2, maxLength: 35 }),
  ),
  device_id: text(128),
  timestamp: fc.oneof(fc.integer({ min: 1.6e9, max: 1.8e9 }), fc.integer({ min: 1, max: 999_999_999_999 })),
});
const context = fc.record({ now: fc.integer({ min: 0, max: 4e12 }) });

/** Runs a processor on a login that it can read and write only through a record of both. */
function observed(processor: RegisteredProcessor, login: object, now: number) {
  const reads = new Set<PropertyKey>();
  const writes = new Map<PropertyKey, unknown>();
  const watched = new Proxy(login, {
    get: (target, field) => {
      reads.add(field);
      return Reflect.get(target, field);
    },
    set: (_, field, value) => {
      writes.set(field, value);
      return true;
    },
  });
  const result: unknown = processor.instance.process(watched, watched, { now });
  return { reads: [...reads], writes: Object.fromEntries(writes), result };
}

describe.each(suites)('every processor, with the settings $env,', ({ processors }) => {
  /** A login with everything that the processors before this one add. */
  const prepared = (processor: RegisteredProcessor, received: Parameters<typeof aLogin>[0], now: number) => {
    const login = aLogin(received);
    for (const earlier of processors.slice(0, processors.indexOf(processor))) {
      earlier.instance.process(login, login, { now });
    }
    return Object.freeze(login);
  };

  describe.each(processors)('$name', (processor) => {
    it('writes exactly what it declares, reads nothing else, and answers the same again', () => {
      const { needs, adds } = processor.spec;
      fc.assert(
        fc.property(validLogin, context, (received, { now }) => {
          const login = prepared(processor, received, now);
          const before = structuredClone({ ...login });

          const first = observed(processor, login, now);

          expect(Object.keys(first.writes)).toEqual(adds);
          expect(Object.values(first.writes)).not.toContain(undefined);
          expect(needs).toEqual(expect.arrayContaining(first.reads));
          expect(first.result).toBeUndefined();
          expect({ ...login }).toEqual(before);
          expect(observed(processor, login, now)).toEqual(first);
          expect(JSON.parse(JSON.stringify(first.writes))).toEqual(first.writes);
        }),
        { numRuns: 100 },
      );
    });

    it('reads everything that it says it needs', () => {
      const seen = fc.sample(validLogin, 50).flatMap((received) => {
        return observed(processor, prepared(processor, received, 0), 0).reads;
      });
      expect(new Set(seen)).toEqual(new Set(processor.spec.needs));
    });
  });
});

describe('the context', () => {
  it('changes nothing but the processing time, so that a replay gives the same', () => {
    const dependent = suites[0].processors.filter((processor) => {
      const login = aLogin();
      const [early, late] = [1e12, 2e12].map((now) => observed(processor, login, now).writes);
      return JSON.stringify(early) !== JSON.stringify(late);
    });
    expect(dependent.map(({ name }) => name)).toEqual(['ProcessingTimeProcessor', 'ProcessedAtProcessor']);
  });
});
