import { describe, expect, it } from '@jest/globals';
import { Scrape } from '../../src/cli/demo/scrape.js';
import { withAdmin, sharedBroker } from '../support/kafka.js';
import { message, runService } from './run.js';

const LOGIN = {
  user_id: 'u',
  app_version: '2.3.0',
  ip: '1.2.3.4',
  locale: 'NC',
  device_id: 'd',
  timestamp: 1_729_894_075,
  device_type: 'ios',
};
const INPUTS = [message(LOGIN), message({ ...LOGIN, device_type: 'web' }), message('x'), message('y')];

const VARIABLES = { OUTPUT_TOPIC: 'processed', ERROR_TOPIC: 'errors', FILTERED_TOPIC: 'filtered' } as const;

describe.each([
  ['OUTPUT_TOPIC'],
  ['ERROR_TOPIC'],
  ['FILTERED_TOPIC'],
  Object.keys(VARIABLES),
] as (keyof typeof VARIABLES)[][])('an empty %s', (...off) => {
  it('is not written, and its outcomes are still counted', async () => {
    const settings = Object.fromEntries(off.map((name) => [name, '']));
    const run = await runService({ partitions: [INPUTS], settings });
    const scrape = new Scrape(run.metrics);
    const counted = ['processed', 'filtered', 'error'].map((outcome) =>
      scrape.sum('login_stream_records_total', `outcome="${outcome}"`),
    );
    expect(counted).toEqual([1, 1, 2]);
    expect(scrape.sum('login_stream_received_total')).toBe(4);
    expect(run.metrics).toMatch(/^login_stream_imbalance_records 0$/m);
    const written = {
      processed: run.processed.length,
      filtered: run.filtered.length,
      errors: run.errors.length,
    };
    expect(written).toEqual({
      processed: off.includes('OUTPUT_TOPIC') ? 0 : 1,
      filtered: off.includes('FILTERED_TOPIC') ? 0 : 1,
      errors: off.includes('ERROR_TOPIC') ? 0 : 2,
    });
    const topics = await withAdmin(sharedBroker(), (admin) => admin.listTopics());
    const name = run.input.replace(/-in$/, '');
    expect(topics.filter((topic) => topic.startsWith(name))).toHaveLength(6 - off.length);
  });
});
