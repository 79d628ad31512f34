import 'reflect-metadata';
import { Module } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describe, expect, it } from '@jest/globals';
import { ConfigModule } from '../config/config.module.js';
import { testSettings } from '../config/testing.js';
import { processorMetadata } from '../enrichment/processor.js';
import type { ProcessorSpec } from '../enrichment/processor.js';
import { recentTimes } from '../enrichment/state-handles.js';
import type { Profile } from '../profiles/profile.js';
import { PROFILE, PROFILES } from '../profiles/profiles.js';
import { StatePlanModule } from './state-plan.module.js';
import { StatePlan } from './state-plan.js';

/** Needs a field of analytics, and remembers something. Its own field is in no file, so the compiler is passed over. */
class LateProcessor {
  readonly state = { times: recentTimes({ per: 'device_id', keep: 2, windowSeconds: 0 }) };
  process(): void {}
}
const spec = { needs: ['ips_in_window', 'region'], adds: ['late_field'], summary: 'A late one.' };
processorMetadata(spec as unknown as ProcessorSpec)(LateProcessor);

type Records = Pick<Profile, 'processed' | 'filteredContent' | 'summaries'>;

async function planFor(
  profile: Partial<Records>,
  env: NodeJS.ProcessEnv = { DEDUPE_SECONDS: '0' },
  processors: Provider[] = [],
): Promise<StatePlan> {
  const whole: Records = { processed: [], filteredContent: [], summaries: null, ...profile };
  @Module({ providers: [{ provide: PROFILE, useValue: whole }], exports: [PROFILE] })
  class SpecProfileModule {}
  @Module({
    imports: [
      ConfigModule.forRoot(testSettings(env, { standard: { settings: {} } })),
      { module: SpecProfileModule, global: true },
      StatePlanModule,
    ],
    providers: processors,
  })
  class SpecModule {}
  const options = { logger: false, abortOnError: false } as const;
  return (await NestFactory.createApplicationContext(SpecModule, options)).get(StatePlan);
}

const summaries = (...fields: string[]) => ({ topic: 'summary', fields, log: false }) as const;
const partsOf = ({ demand }: StatePlan) => [...demand.parts].sort();

describe(StatePlan.name, () => {
  it('demands nothing where nothing is remembered', async () => {
    const plan = await planFor({ processed: [{ input: 'bytes' }, 'processed_timestamp', 'region'] });
    expect([partsOf(plan), plan.needs, plan.reasons, plan.demand.handles]).toEqual([[], [], [], []]);
  });

  it('demands the parts that the fields come from, under whatever name they are written', async () => {
    const plan = await planFor({
      processed: ['user_id', { name: 'sid', from: 'session_id' }, 'most_common_device_type'],
    });
    expect(partsOf(plan)).toEqual(['deviceTypes', 'users']);
    expect([...plan.demand.fields]).toEqual(['most_common_device_type', 'session_id']);
    expect(plan.needs).toEqual(['device_type_lower']);
    expect(plan.reasons).toEqual(['the output has "session_id", "most_common_device_type"']);
  });

  it('demands what summaries say, and no table for counts alone', async () => {
    const plan = await planFor({
      summaries: summaries('total_received_count', 'filtered_count', 'device_type_counts', 'locale_counts'),
    });
    expect(partsOf(plan)).toEqual(['deviceTypes', 'locales']);
    expect(plan.reasons).toEqual([
      'summaries count (SUMMARY_EVERY_MESSAGES=0 and SUMMARY_EVERY_SECONDS=0 switch them off)',
    ]);
  });

  it('knows the fields of a summary by what they are made from, and passes over those that come from elsewhere', async () => {
    const from = { name: 'regions', from: 'region_counts' };
    const plan = await planFor({
      summaries: { ...summaries('recent_message'), fields: ['recent_message', from] },
    });
    expect([...plan.demand.summary]).toEqual(['region_counts']);
    expect(plan.needs).toEqual(['region']);
  });

  it.each([
    ['their topic is off', { SUMMARY_TOPIC: '' }],
    ['both cadences are off', { SUMMARY_EVERY_MESSAGES: '0', SUMMARY_EVERY_SECONDS: '0' }],
  ])('demands nothing for summaries when %s', async (_, env) => {
    const plan = await planFor({ summaries: summaries('unique_users') }, { DEDUPE_SECONDS: '0', ...env });
    expect([partsOf(plan), plan.reasons]).toEqual([[], []]);
  });

  it('demands what late processors need and remember, as long as they run', async () => {
    const plan = await planFor({ processed: ['late_field'] }, undefined, [LateProcessor]);
    expect([partsOf(plan), [...plan.demand.fields]]).toEqual([['devices', 'users'], ['ips_in_window']]);
    expect(plan.demand.handles).toHaveLength(1);
    expect(plan.reasons).toEqual([
      'LateProcessor remembers users or devices',
      'LateProcessor needs "ips_in_window"',
    ]);
    const idle = await planFor({ processed: ['user_id'] }, undefined, [LateProcessor]);
    expect([partsOf(idle), idle.demand.handles, idle.reasons]).toEqual([[], [], []]);
  });

  it('has what a duplicate is written with, and a reason, while duplicates are looked for', async () => {
    const records = { processed: ['user_id'], filteredContent: [{ name: 'ip', from: 'private_ip' }] };
    const [on, off] = [await planFor(records, { DEDUPE_SECONDS: '1' }), await planFor(records)];
    expect([on.outputFields, off.outputFields]).toEqual([['user_id', 'private_ip'], ['user_id']]);
    expect([on.reasons, off.reasons]).toEqual([
      ['duplicates are looked for (DEDUPE_SECONDS=0 switches it off)'],
      [],
    ]);
  });

  it.each(Object.entries(PROFILES))('can serve the profile %s', async (name, profile) => {
    const plan = await planFor(profile, { ...profile.settings });
    expect(plan.reasons.length > 0).toBe(profile.settings.STATE_STORE !== 'none');
    expect(name).toMatch(/\w/);
  });
});
