import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '../support/wait-for.js';
import { expectAscending, expectConsistent, summaryOf } from './summary-record.js';
import { SummaryService } from './summary-service.js';
import { traffic } from './traffic.js';

const KILLS = 4;
const EVERY = 50;
const BY_COUNT = { SUMMARY_EVERY_MESSAGES: String(EVERY), SUMMARY_EVERY_SECONDS: '0' };

const nowSeconds = () => Math.floor(Date.now() / 1000);
const numberIn = (metadata: string) => Number(/^summary=(\d+)$/.exec(metadata)?.[1] ?? 0);

describe('the sequence of summaries', () => {
  let lives: SummaryService;
  afterEach(() => lives.destroy());

  const lastPublished = async () => summaryOf((await lives.summaries()).at(-1)!).sequence;

  it.each(['exactly-once', 'at-least-once'])('goes on after a restart: %s', async (DELIVERY) => {
    lives = await SummaryService.create({ ...BY_COUNT, DELIVERY });
    for (let life = 1; life <= 3; life++) {
      const service = await lives.start();
      await lives.produce(traffic(life, nowSeconds(), { processed: 120, errors: 3 }));
      await lives.settled();
      expect(await service.stop()).toBe(0);
      const last = await lastPublished();
      expect(Math.max(...(await lives.metadata()).map(numberIn))).toBe(last);
    }
    const all = await lives.summaries();
    expectAscending(all);
    for (const record of all) expectConsistent(record, lives.names.KAFKA_GROUP_ID);
    // Each life goes on where the one before has ended.
    expect(all.map((record) => summaryOf(record).processed_count)).toEqual([
      50, 100, 150, 200, 250, 300, 350,
    ]);
  });

  it('goes on when the life before had none to write', async () => {
    lives = await SummaryService.create(BY_COUNT);
    for (const [life, processed] of [60, 20, 60].entries()) {
      const service = await lives.start();
      await lives.produce(traffic(life, nowSeconds(), { processed }));
      await lives.settled();
      expect(await service.stop()).toBe(0);
    }
    expect((await lives.summaries()).map((record) => summaryOf(record).sequence)).toEqual([1, 2]);
  });

  it('neither repeats nor goes back when the service is killed again and again; each is there if its batch is', async () => {
    lives = await SummaryService.create({
      ...BY_COUNT,
      SUMMARY_EVERY_SECONDS: '1',
      BATCH_MAX_BYTES: '8192',
    });
    for (let kill = 0; kill < KILLS; kill++) {
      const before = await lives.committed();
      const service = await lives.start();
      const feeding = lives.produce(traffic(kill, nowSeconds(), { processed: 2_000 }));
      await waitFor('commits', async () => (await lives.committed()) > before + 150 * (kill + 1));
      service.kill('SIGKILL');
      await service.exit;
      await feeding;
    }
    const service = await lives.start();
    await lives.settled();
    expect(await service.stop()).toBe(0);

    const all = await lives.summaries();
    expect(all.length).toBeGreaterThan(KILLS);
    expectAscending(all);
    for (const record of all) expectConsistent(record, lives.names.KAFKA_GROUP_ID);

    // All logins have one version, so its total tells at which count a record was applied, in its life.
    const multiples = (counts: readonly number[]) =>
      counts.filter((count) => count % EVERY === 0).sort((a, b) => a - b);
    const turns = (await lives.processed()).map(({ json }) => json.total_logins_for_version as number);
    const byCount = all
      .map(summaryOf)
      .filter(({ processed_count: count }) => count > 0 && count % EVERY === 0);
    expect(multiples(byCount.map(({ processed_count }) => processed_count))).toEqual(multiples(turns));
    expect(turns).toHaveLength(2_000 * KILLS);
  });
});
