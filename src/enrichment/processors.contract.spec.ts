import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { aLogin } from '../pipeline/testing.js';
import { lookupMetadata } from './batch-lookup.js';
import { analytics, fill, observed, readOnly, remembered, validLogin } from './contract.testing.js';
import type { ReceivedFields, Remembered } from './contract.testing.js';
import { attemptLookup, LookupFailed } from './lookup-attempt.js';
import { processorMetadata } from './processor.js';
import { isLoginField } from './processor-order.js';
import { ProcessorRegistry } from './processor.registry.js';
import { ProcessorsModule } from './processors.module.js';
import { isLookup, rememberedBy } from './registered-processor.js';
import type { LookupProcessor, RegisteredProcessor, SyncProcessor } from './registered-processor.js';
import { recentTimes, recentValues } from './state-handles.js';

/** We have no look-up of our own: this one, and what is made of it, shows what holds of those of others. */
class SampleLookup {
  async lookUp(logins: readonly Record<string, unknown>[]): Promise<object[]> {
    return logins.map(({ ip }) => ({ sample_network: String(ip).split(/[.:]/)[0] }));
  }
}
class SampleLateProcessor {
  readonly state = {
    networks: recentValues({ per: 'user_id', of: 'device_type_lower', keep: 3, windowSeconds: 60 }),
    logins: recentTimes({ per: 'device_id', keep: 5, windowSeconds: 60 }),
  };
  process({ sample_network }: Record<string, unknown>, add: Record<string, unknown>): void {
    const { networks, logins } = this.state;
    add.sample_late = [sample_network, networks.othersNear, networks.includesCurrent, logins.near].join(' ');
  }
}
// Their fields are in no file, so the compiler is passed over.
const LIMITS = {
  timeoutMs: 1_000,
  onFailure: 'default',
  default: { sample_network: '' },
  summary: 'A sample.',
};
lookupMetadata({ needs: ['ip'], adds: ['sample_network'], ...LIMITS } as unknown as Parameters<typeof lookupMetadata>[0])(SampleLookup); // prettier-ignore
processorMetadata({ needs: ['sample_network'], adds: ['sample_late'], summary: 'A sample.' } as unknown as Parameters<typeof processorMetadata>[0])(SampleLateProcessor); // prettier-ignore

async function registryWith(env: NodeJS.ProcessEnv): Promise<ProcessorRegistry> {
  @Module({
    imports: [ConfigModule.forRoot(testSettings(env)), ProcessorsModule],
    providers: [SampleLookup, SampleLateProcessor],
  })
  class SpecModule {}
  const application = await NestFactory.createApplicationContext(SpecModule, { logger: false });
  return application.get(ProcessorRegistry);
}

/** Every branch that a setting chooses is in one of them. */
const VARIANTS = [
  {},
  { LOCALE_SCHEME: 'us-state', IP_PRIVACY: 'none', DEVICE_PRIVACY: 'none' },
  { LOCALE_SCHEME: 'country', IP_PRIVACY: 'hash', PRIVACY_KEY: 'a key' },
];
const suites = await Promise.all(
  VARIANTS.map(async (env) => ({ env: JSON.stringify(env), processors: (await registryWith(env)).all() })),
);

const context = fc.record({ now: fc.integer({ min: 0, max: 4e12 }) });
/** What is remembered: by the first handle, the second, the third, the fourth, which is like the first, … */
const states = fc.array(remembered, { minLength: 3, maxLength: 3 });
const situation = fc.record({ received: validLogin, analytics, context, states });

interface Situation {
  readonly received: ReceivedFields;
  readonly analytics: object;
  readonly context: { readonly now: number };
  readonly states: readonly Remembered[];
}

/** A login with everything that analytics and the processors before this one add; and its handles filled. */
async function prepared(
  all: readonly RegisteredProcessor[],
  processor: RegisteredProcessor,
  situation: Situation,
) {
  const { now } = situation.context;
  const login = Object.assign(aLogin(situation.received), situation.analytics) as EnrichedLogin;
  for (const earlier of all.slice(0, all.indexOf(processor))) {
    if (isLookup(earlier)) Object.assign(login, (await resultsOf(earlier, [login], now))[0]);
    else {
      fillAll(earlier, situation, login);
      earlier.instance.process(login, login, { now });
    }
  }
  if (!isLookup(processor)) fillAll(processor, situation, login);
  return Object.freeze(login);
}

function fillAll({ state }: SyncProcessor, { states }: Situation, { event_time }: EnrichedLogin): void {
  Object.values(state).forEach((handle, index) => fill(handle, states[index % states.length], event_time));
}

/** What the logins get: the default values, if there are any, where what the look-up asks cannot be reached from here. */
async function resultsOf(
  lookup: LookupProcessor,
  logins: readonly object[],
  now: number,
): Promise<readonly object[]> {
  try {
    return await attemptLookup(lookup, logins, { now, signal: new AbortController().signal });
  } catch (error) {
    const values = lookup.rules.default;
    if (values === undefined || !(error instanceof LookupFailed) || error.reason === 'shape') throw error;
    return logins.map(() => values);
  }
}

describe.each(suites)('every processor, with the settings $env,', ({ processors }) => {
  const sync = processors.filter((processor): processor is SyncProcessor => !isLookup(processor));

  describe.each(sync)('$name', (processor) => {
    it('writes exactly what it declares, reads nothing else, and answers the same again', async () => {
      const { needs, adds } = processor.spec;
      await fc.assert(
        fc.asyncProperty(situation, async (where) => {
          const login = await prepared(processors, processor, where);
          const before = structuredClone({ ...login });
          const { now } = where.context;

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

    it('reads everything that it says it needs', async () => {
      const seen = fc.sample(situation, 50).map(async (where) => {
        return observed(processor, await prepared(processors, processor, where), 0).reads;
      });
      expect(new Set((await Promise.all(seen)).flat())).toEqual(new Set(processor.spec.needs));
    });

    it('remembers only what is received, or added before state is applied', () => {
      const early = processors.filter(({ name }) => name !== processor.name).flatMap(({ spec }) => spec.adds);
      const known = rememberedBy(processor).filter((field) => isLoginField(field) || early.includes(field));
      expect(known).toEqual(rememberedBy(processor));
      expect(Object.values(processor.state).every(({ spec }) => spec.windowSeconds >= 0)).toBe(true);
    });
  });

  describe.each(processors.filter(isLookup))('$name', (lookup) => {
    const batches = fc.array(situation, { minLength: 1, maxLength: 8 });

    it('gives each login of a batch exactly what it declares, and reads and changes nothing else', async () => {
      const { needs, adds } = lookup.spec;
      const read = new Set<PropertyKey>();
      await fc.assert(
        fc.asyncProperty(batches, async (batch) => {
          const logins = await Promise.all(batch.map((where) => prepared(processors, lookup, where)));
          const results = await resultsOf(
            lookup,
            logins.map((login) => readOnly(login, read)),
            0,
          );
          expect(results.map((result) => Object.keys(result).sort())).toEqual(
            batch.map(() => [...adds].sort()),
          );
          expect(JSON.parse(JSON.stringify(results))).toEqual(results);
        }),
        { numRuns: 50 },
      );
      expect(read).toEqual(new Set(needs));
    });

    it('has a default for exactly the fields that it adds, or waits', () => {
      const { onFailure, default: values, timeoutMs } = lookup.rules;
      expect(Object.keys(values ?? {}).sort()).toEqual(
        onFailure === 'wait' ? [] : [...lookup.spec.adds].sort(),
      );
      expect(timeoutMs).toBeGreaterThan(0);
    });
  });
});

describe('the context', () => {
  it('changes nothing but the processing time, so that a replay gives the same', async () => {
    const [{ processors }] = suites;
    const [where] = fc.sample(situation, { numRuns: 1, seed: 1 });
    const dependent: string[] = [];
    for (const processor of processors) {
      if (isLookup(processor)) continue;
      const login = await prepared(processors, processor, { ...where, received: {} });
      const [early, late] = [1e12, 2e12].map((now) => observed(processor, login, now).writes);
      if (JSON.stringify(early) !== JSON.stringify(late)) dependent.push(processor.name);
    }
    expect(dependent.sort()).toEqual(['ProcessedAtProcessor', 'ProcessingTimeProcessor']);
  });
});
