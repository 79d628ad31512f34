import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import { aLogin } from '../pipeline/testing.js';
import { UNKNOWN_FIELDS } from '../profiles/profile.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE, PROFILES } from '../profiles/profiles.js';
import { EnrichmentModule } from './enrichment.module.js';
import { EnrichStage } from './enrich.stage.js';

async function stageFor(profile: Pick<Profile, 'processed' | 'filteredContent'>): Promise<EnrichStage> {
  @Module({ providers: [{ provide: PROFILE, useValue: profile }], exports: [PROFILE] })
  class SpecProfileModule {}
  @Module({
    imports: [
      ConfigModule.forRoot(testSettings()),
      { module: SpecProfileModule, global: true },
      EnrichmentModule,
    ],
  })
  class SpecModule {}
  const options = { logger: false, abortOnError: false } as const;
  return (await NestFactory.createApplicationContext(SpecModule, options)).get(EnrichStage);
}

const context = { now: 1_711_302_640_000 };
const ip = { name: 'ip', from: 'private_ip' };
const received = Object.keys(aLogin());
const addedTo = (login: object): string[] => Object.keys(login).filter((field) => !received.includes(field));

describe(EnrichStage.name, () => {
  it('adds to every login of the batch what the output and analytics need, and nothing else', async () => {
    const stage = await stageFor({
      processed: ['user_id', ip, UNKNOWN_FIELDS, 'hour_of_day', 'total_logins_for_version'],
      filteredContent: [],
    });
    const logins = [aLogin(), aLogin({ ip: '10.1.2.3' })];

    const enriched = stage.enrich(logins, context);

    expect(enriched).toBe(logins);
    expect(enriched.map(({ private_ip }) => private_ip)).toEqual(['50.160.200.xxx', '10.1.2.xxx']);
    const expected = [
      ...['device_type_lower', 'private_ip', 'day_of_week', 'hour_of_day'],
      ...['region', 'ip_category', 'ip_country'],
    ];
    expect(logins.map(addedTo)).toEqual([expected, expected]);
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

  it.each(Object.entries(PROFILES))('can serve the profile %s', async (_, profile) => {
    const stage = await stageFor(profile);
    const [login] = stage.enrich([aLogin()], context);
    expect(stage.protect([login], context)).toEqual([login]);
  });
});
