import { afterEach, describe, expect, it } from '@jest/globals';
import { endOffsets, sharedBroker, uniqueName, withAdmin } from '../support/kafka.js';
import { waitFor } from '../support/wait-for.js';
import { expectAscending, expectConsistent, expectWindows, summaryOf } from './summary-record.js';
import { SummaryService } from './summary-service.js';
import { traffic } from './traffic.js';

const BY_TIME = { SUMMARY_EVERY_MESSAGES: '0', SUMMARY_EVERY_SECONDS: '1' };
const SHARES = { processed: 400, duplicates: 20, filtered: 30, errors: 50 };

const nowSeconds = () => Math.floor(Date.now() / 1000);

describe('summaries by time', () => {
  let lives: SummaryService;
  afterEach(() => lives.destroy());

  it.each(['exactly-once', 'at-least-once'])(
    'come when something has changed, not otherwise, and at rest cover all that is committed: %s',
    async (DELIVERY) => {
      // Metrics records are the clock of this test: each says that another second has passed in the service.
      const METRICS_TOPIC = uniqueName('seconds');
      const settings = { ...BY_TIME, DELIVERY, METRICS_TOPIC, METRICS_EVERY_SECONDS: '1' };
      lives = await SummaryService.create(settings);
      const service = await lives.start();
      const secondsPassed = async () => (await endOffsets(sharedBroker(), METRICS_TOPIC))[0];
      const threeTicks = async () => {
        const before = await secondsPassed();
        await waitFor('three more seconds', async () => (await secondsPassed()) >= before + 3);
      };
      await threeTicks();
      expect(await lives.summaries()).toEqual([]);

      await lives.produce(traffic(1, nowSeconds(), SHARES));
      await lives.settled();
      const covered = async (received: number) => {
        const last = (await lives.summaries()).at(-1);
        return last !== undefined && summaryOf(last).total_received_count === received && last;
      };
      const record = await waitFor('a summary of everything', () => covered(500));
      expectConsistent(record, lives.names.KAFKA_GROUP_ID);
      expect(summaryOf(record)).toMatchObject({
        processed_count: 400,
        filtered_count: 50,
        error_count: 50,
        clean_type_counts: { duplicate: 20, filtered_device_type: 30 },
        app_version_counts: { '2.3.0': 400 },
      });
      const { length } = await lives.summaries();
      await threeTicks();
      expect(await lives.summaries()).toHaveLength(length);

      await lives.produce(traffic(2, nowSeconds(), { processed: 0, errors: 1 }));
      const next = summaryOf(await waitFor('a summary of one error', () => covered(501)));
      expect(next).toMatchObject({ processed_count: 400, error_count: 51, window: { processed_count: 0 } });

      expect(await service.stop()).toBe(0);
      const all = await lives.summaries();
      expectAscending(all);
      expectWindows(all.map(summaryOf));
    },
  );

  it('never cover what is not committed, and go with those by count in one sequence', async () => {
    lives = await SummaryService.create({
      SUMMARY_EVERY_SECONDS: '1',
      SUMMARY_EVERY_MESSAGES: '100',
      BATCH_MAX_BYTES: '8192',
    });
    const service = await lives.start();
    for (let round = 1; round <= 5; round++) {
      await lives.produce(traffic(round, nowSeconds(), { processed: 333, errors: 10 }));
      await lives.settled();
    }
    await waitFor('a summary of everything', async () => {
      const last = (await lives.summaries()).at(-1);
      return last !== undefined && summaryOf(last).processed_count === 5 * 333;
    });
    expect(await service.stop()).toBe(0);
    const all = await lives.summaries();
    expectAscending(all);
    expectWindows(all.map(summaryOf));
    const counts = all.map((record) => summaryOf(record).processed_count);
    for (let multiple = 100; multiple < 5 * 333; multiple += 100)
      expect(counts.filter((count) => count === multiple)).toHaveLength(1);
  });
});

describe('SUMMARY_TOPIC=', () => {
  let lives: SummaryService;
  afterEach(() => lives.destroy());

  it('switches both cadences off', async () => {
    lives = await SummaryService.create({
      SUMMARY_TOPIC: '',
      SUMMARY_EVERY_MESSAGES: '10',
      SUMMARY_EVERY_SECONDS: '1',
    });
    const service = await lives.start();
    await lives.produce(traffic(1, nowSeconds(), { processed: 100 }));
    await lives.settled();
    expect(await lives.metadata()).toEqual(['', '', '']);
    expect(await service.stop()).toBe(0);
    const topics = await withAdmin(sharedBroker(), (admin) => admin.listTopics());
    const ours = lives.names.INPUT_TOPIC.replace(/in$/, '');
    expect(topics.filter((topic) => topic.startsWith(ours)).map((topic) => topic.slice(ours.length))).toEqual(
      expect.arrayContaining(['in', 'out', 'err', 'fil']),
    );
    expect(topics.filter((topic) => topic.startsWith(ours))).toHaveLength(4);
  });
});
