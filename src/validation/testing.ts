import type { RawRecord } from '../pipeline/raw-record.js';

/** A valid login; `changes` replace fields, and `undefined` takes one away. */
export function aLogin(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const login: Record<string, unknown> = {
    user_id: 'a6397988-1649-4859-ae5f-a1407b638ca6',
    app_version: '2.3.0',
    ip: '108.228.145.239',
    locale: 'RI',
    device_id: '6221eb3d-89b5-4585-8c98-545b78e24c53',
    timestamp: 1729894075,
    device_type: 'iOS',
    ...changes,
  };
  return Object.fromEntries(Object.entries(login).filter(([, value]) => value !== undefined));
}

/** A record that arrived at a time in milliseconds since 1970. */
export function aRecord(arrival: number | string = 1_729_894_076_000): RawRecord {
  return { offset: '7', timestamp: String(arrival), key: null, value: Buffer.from('{}') };
}
