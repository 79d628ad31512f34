import { beforeAll, describe, expect, it } from '@jest/globals';
import { message, runService } from './run.js';
import type { Run } from './run.js';

const MIB = 1_048_576;
const LIMIT = 64 * 1024;
const LOGIN =
  '{"user_id":"u","app_version":"2.3.0","ip":"1.2.3.4","locale":"NC","device_id":"d","timestamp":1729894075,"device_type":"ios"}';

const withMember = (member: string) => `${LOGIN.slice(0, -1)},${member}}`;
const ofSize = (size: number) => `{"user_id":"${'x'.repeat(size - 14)}"}`;

/** What is in error, and which bytes and headers come back, is the business of the corpus. */
const VALUES: Readonly<Record<string, string | Buffer | null>> = {
  'a null value': null,
  truncated: LOGIN.slice(0, 50),
  'a key __proto__': withMember('"__proto__":{"admin":true}'),
  'half a surrogate pair': LOGIN.replace('"u"', '"\\ud800"'),
  'control characters': JSON.stringify({ user_id: '\u0000\u001f\u2028\u007f' }),
  'objects 100,000 deep': `{"user_id":"u","a":${'{"a":'.repeat(99_998)}{}${'}'.repeat(99_999)}`,
  'arrays 100,000 deep': '['.repeat(100_000) + ']'.repeat(100_000),
  '64 KiB': ofSize(LIMIT),
  '64 KiB and a byte': ofSize(LIMIT + 1),
  '64 KiB of control characters': '\u0001'.repeat(LIMIT + 1),
  'wide characters across the cut': `x${'😀'.repeat(LIMIT)}`,
  '1 MiB': ofSize(MIB),
  '1 MiB and a byte': ofSize(MIB + 1),
  '3 MiB of nothing': Buffer.alloc(3 * MIB),
};

describe('a dead letter', () => {
  let run: Run;
  const names = Object.keys(VALUES);
  const shown = (name: string) => run.errors[names.indexOf(name)].json;

  beforeAll(async () => {
    run = await runService({
      partitions: [Object.values(VALUES).map((value) => message(value))],
      topicConfig: { 'max.message.bytes': String(16 * MIB) },
    });
    expect(run.errors).toHaveLength(names.length);
  });

  it('shows the object where there is one, and else the text', () => {
    expect(shown('a key __proto__').message_content).toEqual(
      JSON.parse(withMember('"__proto__":{"admin":true}')),
    );
    expect(shown('half a surrogate pair').message_content).toMatchObject({ user_id: '\ud800' });
    expect(shown('truncated').message_content).toBe(LOGIN.slice(0, 50));
    expect(shown('a null value').message_content).toBeNull();
    expect(shown('64 KiB')).toMatchObject({ message_content: { user_id: 'x'.repeat(LIMIT - 14) } });
  });

  it.each(['64 KiB', 'truncated', 'a null value', 'control characters'])('shows the whole of %s', (name) => {
    expect(shown(name)).not.toHaveProperty('truncated');
  });

  it.each([
    '64 KiB and a byte',
    'arrays 100,000 deep',
    'objects 100,000 deep',
    '64 KiB of control characters',
    'wide characters across the cut',
    '1 MiB',
    '1 MiB and a byte',
    '3 MiB of nothing',
  ])('cuts %s at 64 KiB and says so', (name) => {
    const { message_content: content, truncated } = shown(name) as {
      message_content: string;
      truncated?: boolean;
    };
    expect(truncated).toBe(true);
    expect(Buffer.byteLength(content)).toBeLessThanOrEqual(LIMIT);
    expect(Buffer.byteLength(content)).toBeGreaterThan(LIMIT - 4);
    expect(String(VALUES[name]).startsWith(content)).toBe(true);
    expect(content).not.toMatch(/[\ud800-\udfff]$/u);
  });
});
