import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { PROFILES } from '../../src/profiles/profiles.js';
import { RECORD_ROLES } from '../../src/schemas/json-schema.js';
import type { RecordRole } from '../../src/schemas/json-schema.js';
import { validatorFor } from '../../src/schemas/record-schemas.js';
import { message, runService } from '../pipeline/run.js';
import type { Input, Run } from '../pipeline/run.js';

/** A login as somebody sent it. */
export type Sent = Readonly<Record<string, unknown>>;

/** The fixture's messages, each as the bytes of its line. */
export const REAL_MESSAGES: readonly Buffer[] = readFileSync(
  new URL('../fixtures/real-messages.ndjson', import.meta.url),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => Buffer.from(line));

/** Runs the service with a profile over one partition, and shows that all that it wrote is as its schemas say. */
export async function runProfile(
  profile: string,
  messages: readonly (object | string | Buffer | null)[],
  options: { readonly settings?: Record<string, string>; readonly arrival?: number } = {},
): Promise<Run> {
  const records: Input[] = messages.map((value, index) => message(value, `key ${index}`));
  const run = await runService({
    partitions: [records],
    ...(options.arrival !== undefined && { arrival: options.arrival }),
    settings: { PROFILE: profile, ...options.settings },
  });
  expect([run.exitCode, run.processed.length + run.filtered.length + run.errors.length]).toEqual([
    0,
    messages.length,
  ]);
  expectValid(profile, run);
  return run;
}

const WRITTEN = {
  processed: 'processed',
  filtered: 'filtered',
  error: 'errors',
  summary: 'summaries',
  metrics: 'metricsRecords',
} as const satisfies Record<RecordRole, keyof Run>;

function expectValid(profile: string, run: Run): void {
  const { summaries, messages, metrics } = PROFILES[profile];
  const written: readonly RecordRole[] = [
    'processed',
    'filtered',
    'error',
    ...(summaries?.topic === 'summary' ? (['summary'] as const) : []),
    ...(metrics || messages.length > 0 || summaries?.topic === 'metrics' ? (['metrics'] as const) : []),
  ];
  for (const role of RECORD_ROLES) {
    const records = run[WRITTEN[role]];
    if (!written.includes(role)) expect([role, records.length]).toEqual([role, 0]);
    else
      for (const { json } of records)
        expect({ role, json, violations: validatorFor(role, profile)(json) }).toEqual({
          role,
          json,
          violations: [],
        });
  }
}

/** Bytes of a record's value. */
export const textOf = ({ value }: { readonly value: Buffer | null }): string => String(value);
