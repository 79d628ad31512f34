import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TopicSettings } from '../config/topic.settings.js';
import { CODECS } from '../kafka/codecs.js';
import { RecordSet } from '../kafka/record-set.js';
import type { TopicsService } from '../kafka/topics.service.js';
import { aLogin } from '../pipeline/testing.js';
import { basic } from '../profiles/basic.profile.js';
import { insights } from '../profiles/insights.profile.js';
import type { Profile } from '../profiles/profile.js';
import { standard } from '../profiles/standard.profile.js';
import { compileProjection } from './projection.js';
import { SizeGuard } from './size-guard.js';

const KIB = 1024;

/** A guard of topics that take so many bytes. */
function guard(
  limits: Readonly<Record<string, number>>,
  topics: Partial<TopicSettings> = {},
  profile: Profile = standard,
): SizeGuard {
  const settings = Object.assign(new TopicSettings(), { output: 'out', filtered: 'fil', ...topics });
  const of = (topic: string) => ({ partitions: 1, maxMessageBytes: limits[topic] });
  return new SizeGuard(settings, { of } as unknown as TopicsService, profile);
}

describe('SizeGuard', () => {
  it('goes by the smaller one of the topics that are on', () => {
    const limits = { out: 500 * KIB, fil: 300 * KIB };
    expect(guard(limits).limit()).toBeLessThan(300 * KIB);
    const outputOnly = guard(limits, { filtered: '' }).limit();
    expect(outputOnly).toBeGreaterThan(300 * KIB);
    expect(outputOnly).toBeLessThan(500 * KIB);
    expect(guard(limits, { filtered: '', output: '' }).limit()).toBe(Infinity);
  });

  it('goes by the metrics topic, too, where records for each message show the processed one', () => {
    const limits = { out: 500 * KIB, fil: 500 * KIB, met: 200 * KIB };
    expect(guard(limits, { metrics: 'met' }).limit()).toBeGreaterThan(400 * KIB);
    expect(guard(limits, { metrics: 'met' }, insights).limit()).toBeLessThan(200 * KIB);
    expect(guard(limits, { metrics: '' }, insights).limit()).toBeGreaterThan(400 * KIB);
  });

  it('gives each of several copies of the processed record in one record its part', () => {
    const messages = [{ on: ['processed'] as const, value: ['processed_record', 'processed_record'] }];
    const twice = guard(
      { out: 500 * KIB, fil: 500 * KIB, met: 200 * KIB },
      { metrics: 'met' },
      { ...insights, messages },
    );
    expect(twice.limit()).toBeLessThan(100 * KIB);
  });

  it('refuses what is padded where the bytes are written as they came', () => {
    const login = aLogin({}, { value: Buffer.alloc(400 * KIB, ' ') });
    const topics = { out: 300 * KIB, fil: 300 * KIB };
    const [bytes, fields] = [guard(topics, {}, basic), guard(topics)];
    expect(fields.check(login, fields.limit())).toBeNull();
    const padded = { ...login.raw, value: Buffer.from(JSON.stringify({ a: ' '.repeat(400 * KIB) })) };
    expect(bytes.check({ ...login, raw: padded }, bytes.limit())?.errorType).toBe('output_too_large');
  });

  it('lets a login pass that was merely padded: what is written is small', () => {
    const login = aLogin({}, { value: Buffer.alloc(900 * KIB, ' ') });
    expect(guard({ out: 100 * KIB, fil: 100 * KIB }).check(login, 92 * KIB)).toBeNull();
  });

  it.each([
    ['headers', aLogin({}, { headers: { h: Buffer.alloc(95 * KIB) } })],
    ['key', aLogin({}, { key: Buffer.alloc(95 * KIB) })],
    ['unknown fields', aLogin({}, {}, { note: 'x'.repeat(95 * KIB) })],
    ['numbers that grow', aLogin({}, {}, { note: new Array<number>(6 * KIB).fill(1e20) })],
  ])('rejects a login whose %s would not fit, and gives no value away', (_, login) => {
    const rejected = guard({ out: 100 * KIB, fil: 100 * KIB }).check(login, 92 * KIB);
    expect(rejected).toMatchObject({ raw: login.raw, errorType: 'output_too_large' });
    expect(rejected!.violations).toHaveLength(1);
    expect(rejected!.violations[0].message).not.toContain(login.user_id);
  });

  it('lets no login pass whose record is larger than its topic takes', async () => {
    const project = compileProjection(standard.processed);
    const id = fc.string({ unit: 'binary', minLength: 1, maxLength: 128 });
    const size = fc.nat(20 * KIB);
    const maxMessageBytes = 24 * KIB;
    const sizeGuard = guard({ out: maxMessageBytes, fil: maxMessageBytes });
    await fc.assert(
      fc.asyncProperty(
        id,
        id,
        size,
        size,
        size,
        async (user_id, device_id, keySize, headerSize, keptSize) => {
          const raw = { key: Buffer.alloc(keySize), headers: { h: Buffer.alloc(headerSize) } };
          const login = aLogin({ user_id, device_id }, raw, { kept: '\u0001'.repeat(keptSize / 6) });
          if (sizeGuard.check(login, sizeGuard.limit()) !== null) return;
          // The key is the user's in one topic and the original in the other.
          const record = { key: raw.key, value: project(login), headers: raw.headers, sourceOffset: 0 };
          const { bytes } = await RecordSet.encode('out', 0, [record], CODECS.none, 0);
          expect(bytes).toBeLessThanOrEqual(maxMessageBytes);
        },
      ),
      { numRuns: 200 },
    );
  });
});
