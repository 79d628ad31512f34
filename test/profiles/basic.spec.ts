import { describe, expect, it } from '@jest/globals';
import { REAL_MESSAGES, runProfile, textOf } from './profile-run.js';

const SAMPLE =
  '{"user_id": "febe8e82-8654-4af1-aa7d-4adc0818b2fa", "app_version": "2.3.0", "ip": "82.174.172.125", ' +
  '"locale": "NC", "device_id": "05e9fd85-606a-4744-a8c9-45eef16f19c9", "timestamp": 1729742327, "device_type": "android"}';

describe('the profile basic', () => {
  it('makes of the sample message the sample output: its own bytes, and the time of processing at the end', async () => {
    const { processed, from, to } = await runProfile('basic', [SAMPLE]);
    const { processed_timestamp } = processed[0].json as { processed_timestamp: number };
    expect(processed_timestamp).toBeGreaterThanOrEqual(from);
    expect(processed_timestamp).toBeLessThanOrEqual(to);
    expect(textOf(processed[0])).toBe(`${SAMPLE.slice(0, -1)},"processed_timestamp":${processed_timestamp}}`);
  });

  it.each([
    ['white space around', ` \n${SAMPLE} \r\n`],
    ['fields that it does not know, braces in texts, and numbers as they are written', SAMPLE.replace('{', '{"a":{"b":"}}"},"c":1.50e2,')],
    ['a field of the same name: the last one counts', SAMPLE.replace('{', '{"processed_timestamp":7,')],
    ['text beyond ASCII', SAMPLE.replace('NC', 'é😀')],
  ])('passes on %s', async (_, text) => {
    const { processed } = await runProfile('basic', [text]);
    const { processed_timestamp } = processed[0].json as { processed_timestamp: number };
    const end = text.lastIndexOf('}');
    expect(textOf(processed[0])).toBe(
      `${text.slice(0, end)},"processed_timestamp":${processed_timestamp}${text.slice(end)}`,
    );
    expect(processed_timestamp).toBeGreaterThan(1.7e9);
  }); // prettier-ignore

  it('changes what a setting says should be changed, although the bytes are not its own then', async () => {
    const { processed } = await runProfile('basic', [SAMPLE.replace('{', '{"zone": 1, ')], {
      settings: { IP_PRIVACY: 'mask' },
    });
    expect(processed[0].json).toMatchObject({ ip: '82.174.172.xxx', zone: 1 });
    const dropped = await runProfile('basic', [SAMPLE.replace('{', '{"zone": 1, ')], {
      settings: { UNKNOWN_FIELDS: 'drop' },
    });
    expect(Object.keys(dropped.processed[0].json)).not.toContain('zone');
  });

  it('lets the real messages through, and remembers nothing of them', async () => {
    const run = await runProfile('basic', REAL_MESSAGES);
    expect(run.filtered).toEqual([]);
    const lines = new Set(REAL_MESSAGES.map(String));
    for (const record of run.processed)
      expect(lines).toContain(textOf(record).replace(/,"processed_timestamp":\d+\}$/, '}'));
    expect(run.summaries).toEqual([]);
    expect(run.metrics).toMatch(/login_stream_state_rows\{table="users"\} 0/);
  });
});
