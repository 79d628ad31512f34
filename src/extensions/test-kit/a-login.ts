import { Login } from '../../pipeline/login.js';
import type { EnrichedLogin, Enrichment } from '../../pipeline/login.js';

type Received = Pick<
  Login,
  'user_id' | 'app_version' | 'device_type' | 'ip' | 'locale' | 'device_id' | 'timestamp'
>;

/** What a spec says of a login: fields as received, and fields that other processors add. */
export type LoginFields = Partial<Received & Enrichment>;

const RECEIVED: Received = {
  user_id: 'user-1',
  app_version: '2.3.0',
  device_type: 'android',
  ip: '203.0.113.7',
  locale: 'NC',
  device_id: 'device-1',
  timestamp: 1_711_302_636,
};

/** A valid login that differs from the usual one in `fields`. */
export function aLogin(fields: LoginFields = {}): EnrichedLogin {
  const received = { ...RECEIVED };
  const added: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields))
    Object.assign(Object.hasOwn(RECEIVED, field) ? received : added, { [field]: value });
  const { user_id, app_version, device_type, ip, locale, device_id, timestamp } = received;
  const raw = {
    offset: '0',
    timestamp: String(Number(timestamp) * 1_000),
    key: null,
    value: Buffer.from(JSON.stringify(received)),
    headers: {},
  };
  const login = new Login(
    raw,
    user_id,
    app_version,
    device_type,
    ip,
    locale,
    device_id,
    timestamp,
    Number(timestamp),
    null,
  );
  return Object.assign(login, added as unknown as Enrichment);
}
