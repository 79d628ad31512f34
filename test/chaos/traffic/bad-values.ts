import type { Random } from '../../../src/cli/generator/random.js';
import type { ChaosLogin } from './household.js';

type Spoiled = (login: ChaosLogin) => Buffer | null;

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** One of each kind of fault. */
const KINDS: readonly Spoiled[] = [
  () => null,
  () => Buffer.from([0xff, 0xfe, 0x7b]),
  (login) => Buffer.from(`\ufeff${JSON.stringify(login)}`),
  (login) => json(login).subarray(0, 40),
  (login) => json([login]),
  (login) => Buffer.from(JSON.stringify(login).replace('{', '{"__proto__":1,')),
  (login) => Buffer.from(JSON.stringify(login).replace('{', `{"deep":${'['.repeat(40)}${']'.repeat(40)},`)),
  ({ device_type: _, ...login }) => json(login),
  (login) => json({ ...login, user_id: ' ', ip: '1.2.3.04' }),
  (login) => json({ ...login, app_version: '2.3' }),
  (login) => json({ ...login, timestamp: 1.5, locale: '\ud800x' }),
  (login) => json({ ...login, timestamp: login.timestamp + 1_000_000 }),
];

export const spoil = (login: ChaosLogin, random: Random): Buffer | null => random.oneOf(KINDS)(login);
