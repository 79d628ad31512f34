import { beforeAll, describe, expect, it } from '@jest/globals';
import { Scrape } from '../../src/cli/demo/scrape.js';
import { message, runService } from '../pipeline/run.js';
import type { Run } from '../pipeline/run.js';
import { summaryOf } from './summary-record.js';

const COUNT = 100;

describe('MAX_USERS, MAX_DEVICES, DEDUPE_LIMIT and MAP_LIMIT', () => {
  let run: Run;
  let figures: (name: string, label: string) => number;

  beforeAll(async () => {
    const logins = Array.from({ length: COUNT }, (_, n) =>
      message({
        user_id: `user ${n}`,
        app_version: `1.0.${n % 4}`,
        device_type: 'ios',
        ip: '8.8.8.8',
        locale: ['NC', 'RU', 'TX', 'DE'][n % 4],
        device_id: `device ${n}`,
        timestamp: 1_729_894_075 + n,
      }),
    );
    run = await runService({
      partitions: [logins],
      settings: {
        ...{ MAX_USERS: '10', MAX_DEVICES: '7', DEDUPE_LIMIT: '20', MAP_LIMIT: '3' },
        ...{ SUMMARY_EVERY_MESSAGES: '100', SUMMARY_EVERY_SECONDS: '0' },
      },
    });
    const scrape = new Scrape(run.metrics);
    figures = (name, label) => scrape.sum(`login_stream_state_${name}`, label);
  });

  it('bound the tables, and the metrics say how many rows there are and how many had to go', () => {
    const rows = ['users', 'devices', 'duplicates'].map((table) => figures('rows', `table="${table}"`));
    expect(rows).toEqual([10, 7, 20]);
    expect(figures('evictions', 'table="users"')).toBe(COUNT - 10);
    expect(figures('evictions', 'table="devices"')).toBe(COUNT - 7);
  });

  it('bound the maps: what finds no room is counted as other, and the metrics say how often', () => {
    const maps = ['app_version', 'locale', 'device_type'];
    expect(maps.map((map) => figures('overflow', `map="${map}"`))).toEqual([25, 25, 0]);
    const [summary] = run.summaries.map(summaryOf);
    expect(summary.app_version_counts).toEqual({ '1.0.0': 25, '1.0.1': 25, '1.0.2': 25, other: 25 });
    expect(summary.locale_counts).toEqual({ NC: 25, RU: 25, TX: 25, other: 25 });
    expect(run.processed.at(-1)!.json).toMatchObject({ app_version: '1.0.3', total_logins_for_version: 25 });
  });

  it('do not bound how many users and devices are known to be different', () => {
    expect(summaryOf(run.summaries[0])).toMatchObject({ unique_users: COUNT, unique_devices: COUNT });
    expect(run.summaries).toHaveLength(1);
  });
});
