import { describe, expect, it } from '@jest/globals';
import { expectExactly } from './judged.js';
import { Oracle } from './oracle.js';
import { message, runService } from './run.js';

const ARRIVAL = 1_729_894_100_500;

const login = (device_type: string, app_version: string, secondsOld: number) =>
  message({
    user_id: 'u',
    app_version,
    ip: '1.2.3.4',
    locale: 'NC',
    device_id: 'd',
    timestamp: Math.ceil(ARRIVAL / 1000) - secondsOld,
    device_type,
  });

describe('DEVICE_TYPES, APP_VERSIONS and MAX_MESSAGE_AGE_SECONDS', () => {
  const settings = { DEVICE_TYPES: 'WEB, ios', APP_VERSIONS: '2.3.0,3.0.0', MAX_MESSAGE_AGE_SECONDS: '60' };
  const inputs = [
    login('iOS', '2.3.0', 60),
    login('iOS', '2.3.0', 61),
    login('web', '3.0.0', 0),
    login('android', '2.3.0', 0),
    login('Web', '2.3.1', 0),
    login('desktop', '2.3.1', 999),
    login('ios', '2.3.1', 999),
    login('ios', '2.3.0', -3_000),
  ];

  it('filter for the first reason that applies, by the age at arrival', async () => {
    const run = await runService({ partitions: [inputs], settings, arrival: ARRIVAL });
    expectExactly(
      run,
      new Oracle({
        DEVICE_TYPES: ['web', 'ios'],
        APP_VERSIONS: ['2.3.0', '3.0.0'],
        MAX_MESSAGE_AGE_SECONDS: 60,
      }),
    );
    expect(run.processed).toHaveLength(3);
    expect(run.filtered.map(({ json }) => json.clean_type)).toEqual([
      'filtered_age',
      'filtered_device_type',
      'filtered_app_version',
      'filtered_device_type',
      'filtered_app_version',
    ]);
  });

  it('let everything pass with * and 0', async () => {
    const run = await runService({
      partitions: [inputs],
      settings: { DEVICE_TYPES: '*', APP_VERSIONS: '*', MAX_MESSAGE_AGE_SECONDS: '0' },
      arrival: ARRIVAL,
    });
    expectExactly(run, new Oracle({ DEVICE_TYPES: '*' }));
    expect(run.processed).toHaveLength(inputs.length);
    expect(run.processed.at(-1)!.json.most_common_device_type).toBe('ios');
  });
});

describe('MAX_FUTURE_SECONDS, MAX_MESSAGE_BYTES and MAX_JSON_DEPTH', () => {
  const settings = { MAX_FUTURE_SECONDS: '5', MAX_MESSAGE_BYTES: '4096', MAX_JSON_DEPTH: '2' };

  it('bound what is accepted', async () => {
    const padded = (size: number) => {
      const { value } = login('ios', '2.3.0', 0);
      return message(String(value) + ' '.repeat(size - value!.length));
    };
    const nested = (json: string) =>
      message(`${String(login('ios', '2.3.0', 0).value).slice(0, -1)},"a":${json}}`);
    const inputs = [
      ...[login('ios', '2.3.0', -4), login('ios', '2.3.0', -5)],
      ...[padded(4096), padded(4097)],
      ...[nested('{"b":1}'), nested('{"b":[]}')],
    ];
    const run = await runService({ partitions: [inputs], settings, arrival: ARRIVAL });
    expectExactly(run, new Oracle({ MAX_FUTURE_SECONDS: 5, MAX_MESSAGE_BYTES: 4096, MAX_JSON_DEPTH: 2 }));
    expect(run.errors.map(({ json }) => json.error_type)).toEqual([
      'future_timestamp',
      'too_large',
      'too_deep',
    ]);
  });
});
