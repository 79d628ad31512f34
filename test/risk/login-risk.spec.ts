import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { message, runService } from '../pipeline/run.js';
import { exampleOfPage } from './page.js';

const EXAMPLE = exampleOfPage();
/** A day after the last of them. */
const ARRIVAL = Date.parse('2026-03-04T10:00:00Z');

const inputs = EXAMPLE.map(({ user_id, device_id, ip, timestamp }) =>
  message({ user_id, app_version: '2.3.0', device_type: 'android', ip, locale: 'NC', device_id, timestamp }),
);

const riskOf = ({ json }: { readonly json: Record<string, unknown> }) => [json.risk_score, json.risk_reasons];

describe('the risk of logins', () => {
  it('is what the example of the page says, login by login', async () => {
    expect(EXAMPLE).toHaveLength(11);
    const { processed } = await runService({ partitions: [inputs], arrival: ARRIVAL });
    expect(processed.map((record) => [record.json.ip_country, ...riskOf(record)])).toEqual(
      EXAMPLE.map(({ ip_country, risk_score, risk_reasons }) => [ip_country, risk_score, risk_reasons]),
    );
    expect(Object.keys(processed[0].json).slice(-2)).toEqual(['risk_score', 'risk_reasons']);
  });

  it('goes by the weights and limits that are set', async () => {
    const { processed } = await runService({
      partitions: [inputs],
      arrival: ARRIVAL,
      settings: {
        RISK_SEVERAL_IPS: '0',
        RISK_NEW_DEVICE: '100',
        RISK_IMPOSSIBLE_TRAVEL: '7',
        RISK_BURST_LOGINS: '2',
        RISK_BURST_SECONDS: '10',
        RISK_SHARED_USERS: '2',
      },
    });
    expect(processed.map(riskOf)).toEqual([
      [0, []],
      [0, []],
      [100, ['impossible_travel', 'new_device']],
      [37, ['impossible_travel', 'login_burst']],
      [37, ['impossible_travel', 'login_burst']],
      [37, ['impossible_travel', 'login_burst']],
      [37, ['impossible_travel', 'login_burst']],
      [0, []],
      [0, []],
      [25, ['shared_device']],
      [25, ['shared_device']],
    ]);
  });
});

describe('the real messages', () => {
  const lines = readFileSync(new URL('../fixtures/real-messages.ndjson', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '');

  it.each([
    ['600', 69],
    ['0', 72],
  ])(
    'with DEDUPE_SECONDS=%s make %i processed logins, in which no rule finds anything',
    async (seconds, count) => {
      const { processed } = await runService({
        partitions: [lines.map((line) => message(line))],
        settings: { DEDUPE_SECONDS: seconds },
      });
      expect(processed).toHaveLength(count);
      expect(processed.map(riskOf)).toEqual(processed.map(() => [0, []]));
    },
  );
});
