import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import { aLogin } from '../pipeline/testing.js';
import { UNKNOWN_FIELDS } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE, PROFILES } from '../profiles/profiles.js';
import { lookupMetadata } from './batch-lookup.js';
import type { LookupRules } from './batch-lookup.js';
import { EnrichmentModule } from './enrichment.module.js';
import { EnrichStage } from './enrich.stage.js';
import { LookupObserver } from './lookup-observer.js';
import { processorMetadata } from './processor.js';
import type { ProcessorSpec } from './processor.js';
import { recentTimes } from './state-handles.js';

type Records = Pick<Profile, 'processed' | 'filteredContent'>;

class Unobserved extends LookupObserver {
  lookedUp(): void {}
  lookupFailed(): void {}
}

/** @param processors beside ours */
async function stageFor(
  profile: Records,
  processors: Provider[] = [],
  env: NodeJS.ProcessEnv = NO_DUPLICATES,
) {
  const providers = [
    { provide: PROFILE, useValue: { summaries: null, ...profile } },
    { provide: LookupObserver, useClass: Unobserved },
  ];
  @Module({ providers, exports: providers })
  class SpecGlobalModule {}
  @Module({
    imports: [
      ConfigModule.forRoot(testSettings(env)),
      { module: SpecGlobalModule, global: true },
      EnrichmentModule,
    ],
    providers: processors,
  })
  class SpecModule {}
  const options = { logger: false, abortOnError: false } as const;
  return (await NestFactory.createApplicationContext(SpecModule, options)).get(EnrichStage);
}

const NO_DUPLICATES = { DEDUPE_SECONDS: '0' };

/** Processors with fields that no file declares, past the compiler. */
function processor(
  needs: string[],
  adds: string,
  value: (login: Record<string, unknown>) => unknown,
  state?: object,
) {
  class Declared {
    readonly state = state;
    process(login: Record<string, unknown>): void {
      login[adds] = value(login);
    }
  }
  processorMetadata({ needs, adds: [adds], summary: '' } as unknown as ProcessorSpec)(Declared);
  return Declared;
}

function lookup(
  needs: string[],
  adds: string,
  lookUp: (logins: readonly Record<string, unknown>[]) => object[],
) {
  class Declared {
    async lookUp(logins: readonly Record<string, unknown>[]): Promise<object[]> {
      return lookUp(logins);
    }
  }
  const rules = { timeoutMs: 1_000, onFailure: 'wait' };
  lookupMetadata({ needs, adds: [adds], summary: '', ...rules } as unknown as ProcessorSpec & LookupRules)(
    Declared,
  );
  return Declared;
}

const context = { now: 1_711_302_640_000 };
const ip = { name: 'ip', from: 'private_ip' };
const LATE = processor(['user_id'], 'late', ({ user_id }) => `${String(user_id)} at ${context.now}`, {
  times: recentTimes({ per: 'user_id', keep: 1, windowSeconds: 0 }),
});
const received = Object.keys(aLogin());
const addedTo = (login: object): string[] => Object.keys(login).filter((field) => !received.includes(field));

describe(EnrichStage.name, () => {
  it('adds to every login of the batch what the output needs, and nothing else', async () => {
    const stage = await stageFor({
      processed: ['user_id', ip, UNKNOWN_FIELDS, 'hour_of_day', 'total_logins_for_version'],
      filteredContent: [],
    });
    const logins = [aLogin(), aLogin({ ip: '10.1.2.3' })];

    const enriched = stage.enrich(logins, context);

    expect(enriched).toBe(logins);
    expect(enriched.map(({ private_ip }) => private_ip)).toEqual(['50.160.200.xxx', '10.1.2.xxx']);
    const expected = ['private_ip', 'day_of_week', 'hour_of_day'];
    expect(logins.map(addedTo)).toEqual([expected, expected]);
  });

  it('adds what analytics reads for the output', async () => {
    const stage = await stageFor({ processed: ['most_common_device_type'], filteredContent: [] });
    expect(stage.enrich([aLogin()], context).map(addedTo)).toEqual([['device_type_lower']]);
  });

  it('adds what a duplicate is written with, as long as duplicates are looked for', async () => {
    const records = { processed: ['user_id'], filteredContent: [ip] };
    const on = await stageFor(records, [], {});
    const off = await stageFor(records);
    expect([on, off].map((stage) => addedTo(stage.enrich([aLogin()], context)[0]))).toEqual([
      ['private_ip'],
      [],
    ]);
  });

  it('adds to filtered logins what their content needs', async () => {
    const stage = await stageFor({ processed: ['region'], filteredContent: ['user_id', ip, 'locale'] });
    const login = aLogin();

    stage.protect([login], context);

    expect(addedTo(login)).toEqual(['private_ip']);
  });

  it('takes an empty batch and a profile that adds nothing', async () => {
    const stage = await stageFor({ processed: ['user_id'], filteredContent: [] });

    expect(stage.enrich([], context)).toEqual([]);
    expect(stage.protect([aLogin()], context)).toEqual([aLogin()]);
  });

  it('stops the boot when the output has a field that nobody adds', async () => {
    await expect(stageFor({ processed: ['user_id', 'regoin'], filteredContent: [] })).rejects.toThrow(
      '"regoin"',
    );
    await expect(stageFor({ processed: [], filteredContent: ['session_count'] })).rejects.toThrow(
      '"session_count"',
    );
  });

  it('stops the boot when filtered records have a field that is known of processed logins only', async () => {
    await expect(stageFor({ processed: [], filteredContent: ['late'] }, [LATE])).rejects.toThrow(
      'The filtered record has the field "late" of Declared, which is known of processed logins only.',
    );
  });

  it('leaves late processors to the store', async () => {
    const stage = await stageFor({ processed: ['late'], filteredContent: [] }, [LATE]);
    const [login] = stage.enrich([aLogin({ user_id: 'u' })], context);
    expect(addedTo(login)).toEqual([]);
    stage.late!(login, context);
    expect(login).toMatchObject({ late: 'u at 1711302640000' });
    expect((await stageFor({ processed: ['user_id'], filteredContent: [] }, [LATE])).late).toBeNull();
  });

  it('looks a batch up once, processed and filtered logins together, and then runs what is made of it', async () => {
    const batches: unknown[][] = [];
    const city = lookup(['hour_of_day'], 'city', (logins) => {
      batches.push(logins.map(({ user_id, hour_of_day }) => [user_id, hour_of_day]));
      return logins.map(({ user_id }) => ({ city: `of ${String(user_id)}` }));
    });
    const zone = lookup([], 'zone', (logins) => {
      batches.push(logins.map(({ user_id }) => user_id));
      return logins.map(() => ({ zone: 'z' }));
    });
    const joined = processor(['city'], 'place', ({ city: of }) => `${String(of)}!`);
    const records = { processed: ['place', 'zone'], filteredContent: ['city'] };
    const stage = await stageFor(records, [city, zone, joined]);
    const enriched = stage.enrich([aLogin({ user_id: 'a' }), aLogin({ user_id: 'b' })], context);
    const hidden = stage.protect([aLogin({ user_id: 'f' })], context);
    expect([stage.looksUp, addedTo(enriched[0])]).toEqual([
      true,
      ['hour_of_day'].concat(['day_of_week']).sort(),
    ]);

    await stage.lookUp(enriched, hidden, context, new AbortController().signal);

    expect(batches).toEqual([
      [
        ['a', 17],
        ['b', 17],
        ['f', 17],
      ],
      ['a', 'b'],
    ]);
    expect(enriched).toMatchObject([
      { city: 'of a', zone: 'z', place: 'of a!' },
      { city: 'of b', zone: 'z', place: 'of b!' },
    ]);
    expect(addedTo(hidden[0]).sort()).toEqual(['city', 'day_of_week', 'hour_of_day']);
  });

  it('writes nothing any more when a batch is given up during a look-up', async () => {
    const given = new AbortController();
    const city = lookup([], 'city', (logins) => {
      given.abort(new Error('given up'));
      return logins.map(() => ({ city: 'late' }));
    });
    const joined = processor(['city'], 'place', () => 'somewhere');
    const stage = await stageFor({ processed: ['place'], filteredContent: [] }, [city, joined]);
    const logins = stage.enrich([aLogin()], context);
    await expect(stage.lookUp(logins, [], context, given.signal)).rejects.toThrow('given up');
    expect(logins.map(addedTo)).toEqual([[]]);
  });

  it.each(Object.entries(PROFILES))('can serve the profile %s', async (_, profile) => {
    const stage = await stageFor(profile);
    const [login] = stage.enrich([aLogin()], context);
    expect(stage.protect([login], context)).toEqual([login]);
  });
});
