import { Login } from './login.js';
import type { RawRecord } from './raw-record.js';

/** Builders for specs: a valid value, and what the spec is about. */

export const LOGIN_FIELDS = {
  user_id: '6ea37cd8-81e4-4583-aff1-3dc033af1361',
  app_version: '2.3.0',
  device_type: 'Android',
  ip: '50.160.200.36',
  locale: 'NC',
  device_id: '2880cde2-9b02-4ca3-87d1-0ba2d16d7919',
  timestamp: 1711302636 as number | string,
};

export function aRawRecord(overrides: Partial<RawRecord> = {}): RawRecord {
  return {
    offset: '0',
    timestamp: '1711302637000',
    key: Buffer.from('a-key'),
    value: Buffer.from(JSON.stringify(LOGIN_FIELDS)),
    headers: {},
    ...overrides,
  };
}

export function aLogin(
  fields: Partial<typeof LOGIN_FIELDS> = {},
  raw: Partial<RawRecord> = {},
  unknownFields: Record<string, unknown> | null = null,
): Login {
  const all = { ...LOGIN_FIELDS, ...fields };
  return new Login(
    aRawRecord({ value: Buffer.from(JSON.stringify({ ...all, ...unknownFields })), ...raw }),
    all.user_id,
    all.app_version,
    all.device_type,
    all.ip,
    all.locale,
    all.device_id,
    all.timestamp,
    Number(all.timestamp),
    unknownFields,
    { ...all, ...unknownFields },
  );
}
