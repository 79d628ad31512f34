import { beforeAll, describe, expect, it } from '@jest/globals';
import { expectExactly } from './judged.js';
import { Oracle } from './oracle.js';
import { message, runService } from './run.js';
import type { Input, Run } from './run.js';

const ARRIVAL = 1_729_894_080_000;

const LOGIN = {
  user_id: 'a6397988-1649-4859-ae5f-a1407b638ca6',
  app_version: '2.3.0',
  ip: '108.228.145.239',
  locale: 'RI',
  device_id: '6221eb3d-89b5-4585-8c98-545b78e24c53',
  timestamp: 1_729_894_075 as unknown,
  device_type: 'iOS',
};

const SESSION_ID = 'ddefc46b2ff32593'; // printf 'a6397988-…\0001729894075' | sha256sum

const login = (changes: object = {}) => ({ ...LOGIN, ...changes });
const without = (field: string) =>
  Object.fromEntries(Object.entries(LOGIN).filter(([name]) => name !== field));

const NOON = 1_729_857_600;
/** @param later seconds */
const visitor = (later: number, changes: object = {}) =>
  message(login({ user_id: 'visitor', device_id: 'v', timestamp: NOON + later, ...changes }));

const BINARY = Buffer.from([0x00, 0xff, 0x80, 0xc3, 0x28]);
const TRACEPARENT = Buffer.from('00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01');

/** What the record is about → the record. One partition, so every total is exact. */
const TABLE: readonly (readonly [string, Input])[] = [
  ['a login', message(login())],
  ['a timestamp that is a string', message(login({ timestamp: '1729894075', locale: 'NC' }))],
  [
    'a timestamp written as 1.729894075e9',
    message(JSON.stringify(LOGIN).replace('1729894075', '1.729894075e9')),
  ],
  ['another device type, in capitals', message(login({ device_type: 'ANDROID', locale: 'ru' }))],
  ['a private address and a language tag', message(login({ ip: '10.1.2.3', locale: 'de-DE' }))],
  ['IPv6', message(login({ ip: '2001:0DB8:0000:1::ffff', locale: 'en_US', app_version: '0.10.999999999' }))],
  ['IPv6 of a public network', message(login({ ip: '2a02:8109:9fc0:12::1', locale: 'XX' }))],
  ['IPv4 within IPv6', message(login({ ip: '::ffff:192.168.7.9', locale: 'PR' }))],
  ['text beyond ASCII', message(login({ user_id: 'Ünï \u2028 "quoted" 😀\u0007', device_id: 'ключ' }))],
  ['fields of its own', message({ extra: 1, ...login(), nested: { a: [1] } })],
  ['a filtered device', message(login({ device_type: 'Web' }), BINARY)],
  [
    'a filtered device without a key',
    { ...message(login({ device_type: 'desktop' }), null), headers: { a: BINARY } },
  ],
  ['no device type', message(without('device_type'), BINARY)],
  ['an error without a key', message(login({ ip: '1.2.3' }), null)],
  ['several broken fields', message(login({ user_id: ' ', ip: 5, timestamp: -1.5, locale: 'x' }))],
  ['a null field', message(login({ device_id: null }))],
  ['an event in the future', message(login({ timestamp: ARRIVAL / 1000 + 3_601 }))],
  ['an event an hour ahead', message(login({ timestamp: ARRIVAL / 1000 + 3_600 }))],
  ['no JSON', message('{"user_id":')],
  ['an array', message('[]')],
  ['no value', message(null)],
  [
    'headers',
    {
      ...message(login({ timestamp: 1_729_894_076 })),
      headers: { traceparent: TRACEPARENT, binary: BINARY, empty: Buffer.alloc(0) },
    },
  ],
  [
    'a header of several values',
    {
      ...message(login({ timestamp: 1_729_894_077 })),
      headers: { many: [BINARY, Buffer.from('b'), BINARY] },
    },
  ],
  [
    'a null header',
    {
      ...message(login({ timestamp: 1_729_894_078 })),
      headers: { none: null, some: [null, Buffer.from('x'), null] },
    },
  ],
  ['a login delivered again, under another key', { ...message(login(), BINARY), headers: { a: BINARY } }],
  ['a filtered device delivered again, which is not processed', message(login({ device_type: 'Web' }))],
  ['the same login in other words', message(` ${JSON.stringify(LOGIN)}`)],
  ['a visitor', visitor(0)],
  ['the visitor half an hour later, at the same device', visitor(1_800)],
  ['the visitor half an hour earlier, in another state', visitor(-1_800, { locale: 'NY' })],
  ['the visitor more than half an hour before that', visitor(-3_601)],
  ['the visitor a second too late for the session', visitor(3_601, { ip: '9.9.9.9' })],
  ['the visitor’s device, with another user', visitor(-10, { user_id: 'another' })],
  ['the visitor a day and a second before anything else', visitor(-88_202, { ip: '8.8.8.8' })],
];

describe('records for known input', () => {
  let run: Run;
  beforeAll(async () => {
    run = await runService({ partitions: [TABLE.map(([, input]) => input)], arrival: ARRIVAL });
  });

  it('are, byte for byte, what the contract says', () => {
    expectExactly(run, new Oracle());
  });

  it('have the fields of the standard profile, in its order', () => {
    expect(Object.keys(run.processed[0].json)).toEqual(
      (
        'user_id app_version device_type ip locale device_id timestamp processed_timestamp ' +
        'processing_delay_seconds normalized_timestamp day_of_week hour_of_day app_version_major ' +
        'app_version_minor app_version_patch region ip_category ip_country total_logins_for_version ' +
        'total_logins_from_locale most_common_device_type suspicious_login logs_from_multiple_locations ' +
        'shared_device session_id session_count session_logins risk_score risk_reasons'
      ).split(' '),
    );
  });

  it('hold what a person works out by hand', () => {
    const json = { ...run.processed[0].json, processed_timestamp: 0, processing_delay_seconds: 0 };
    expect(json).toEqual({
      user_id: 'a6397988-1649-4859-ae5f-a1407b638ca6',
      app_version: '2.3.0',
      device_type: 'ios',
      ip: '108.228.145.xxx',
      locale: 'RI',
      device_id: '9d222cb9a09c76ad2ba65253394dd8e01cbcaeca850f9f1e716092cd2e153d2f',
      timestamp: 1_729_894_075,
      processed_timestamp: 0,
      processing_delay_seconds: 0,
      normalized_timestamp: '2024-10-25 22:07:55',
      day_of_week: 'Friday',
      hour_of_day: 22,
      app_version_major: 2,
      app_version_minor: 3,
      app_version_patch: 0,
      region: 'Northeast',
      ip_category: 'public',
      ip_country: 'US',
      total_logins_for_version: 1,
      total_logins_from_locale: 1,
      most_common_device_type: 'ios',
      suspicious_login: false,
      logs_from_multiple_locations: false,
      shared_device: false,
      session_id: SESSION_ID,
      session_count: 1,
      session_logins: 1,
      risk_score: 0,
      risk_reasons: [],
    });
  });

  it('say what a person sees in a user’s logins', () => {
    const visits = run.processed.slice(-7).map(({ json }) => json);
    const column = (field: string) => visits.map((json) => json[field]);
    expect(column('session_count')).toEqual([1, 1, 1, 1, 2, 1, 2]);
    expect(column('session_logins')).toEqual([1, 2, 3, 3, 1, 1, 1]);
    expect(column('suspicious_login')).toEqual([false, false, false, false, true, false, false]);
    expect(column('logs_from_multiple_locations')).toEqual([false, false, true, true, true, false, false]);
    expect(column('shared_device')).toEqual([false, false, false, false, false, true, false]);
    expect(new Set(column('session_id')).size).toBe(3);
  });

  it('filter what is delivered again, and only that', () => {
    expect(run.filtered.map(({ json }) => json.clean_type)).toEqual([
      'filtered_device_type',
      'filtered_device_type',
      'duplicate',
      'filtered_device_type',
    ]);
  });

  it('pass a timestamp on as it was received', () => {
    expect(run.processed.slice(0, 3).map(({ json }) => json.timestamp)).toEqual([
      1_729_894_075,
      '1729894075',
      1_729_894_075,
    ]);
  });

  it('have keys and headers of the same bytes', () => {
    const byHeader = (name: string) => run.processed.find(({ headers }) => name in headers!)?.headers?.[name];
    expect(byHeader('traceparent')).toEqual(TRACEPARENT);
    expect(byHeader('binary')).toEqual(BINARY);
    expect(byHeader('many')).toEqual([BINARY, Buffer.from('b'), BINARY]);
    expect(byHeader('none')).toBeNull();
    expect(byHeader('some')).toEqual([null, Buffer.from('x'), null]);
    expect(run.filtered.map(({ key }) => key)).toEqual([BINARY, null, BINARY, Buffer.from('key')]);
    expect(run.errors.slice(0, 2).map(({ key }) => key)).toEqual([BINARY, null]);
  });

  it('end with a service that stops in order', () => {
    expect(run.exitCode).toBe(0);
  });
});
