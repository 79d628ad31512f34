import { parseArgs } from 'node:util';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { STATE_FIELDS } from '../dist/analytics/analytics-fields.js';
import { MOST_RECORDS } from '../dist/analytics/redis/batch-sender.js';
import { prefixOf } from '../dist/analytics/redis/keys.js';
import { RedisStateStore } from '../dist/analytics/redis/redis-state-store.js';
import { demandOf } from '../dist/analytics/state-demand.js';
import { SUMMARY_FIELDS } from '../dist/analytics/summary/summary-fields.js';
import { AnalyticsSettings } from '../dist/config/analytics.settings.js';
import { RedisSettings } from '../dist/config/redis.settings.js';
import { recentTimes, recentValues } from '../dist/enrichment/state-handles.js';

const HELP = `REDIS_URL=redis://127.0.0.1:6379 node bench/redis.mjs [--users 1000000]

What state costs that instances share: bytes of Redis for each user, device and remembered value, with what the standard profile
remembers; then the time of one call for batches of several sizes, and the CPU time that Redis takes for it. Needs a build (npm run build)
and a Redis that does nothing else meanwhile; what is written there is deleted again.`;

/** What the risk rules of the standard profile remember of a user. */
const HANDLES = [
  recentValues({ per: 'user_id', of: 'country_id', keep: 2, windowSeconds: 0 }),
  recentValues({ per: 'user_id', of: 'device_id', keep: 2, windowSeconds: 0 }),
  recentTimes({ per: 'user_id', keep: 4, windowSeconds: 60 }),
];
const SIZES = [1, 10, 100, 1_000, MOST_RECORDS];
const LEAST_CALLS = 50;
const LEAST_RECORDS = 40_000;
const START = 1_700_000_000;
const LOCALES = ['NC', 'NV', 'CA', 'TX', 'RU', 'de-DE', 'NY', 'WA', 'FL', 'OH'];

const { values } = parseArgs({
  options: { users: { type: 'string', default: '1000000' }, help: { type: 'boolean' } },
});
const users = Number(values.users);
const url = process.env.REDIS_URL;
if (values.help || url === undefined || !Number.isInteger(users) || users < 1) {
  console.error(HELP);
  process.exit(values.help ? 0 : 2);
}
Logger.overrideLogger(false);
const group = `bench-${process.pid}`;
const redis = new Redis(url, { protocol: 2 });
const store = new RedisStateStore(
  // Rows are in two halves: with room for twice as many none has to go.
  Object.assign(new AnalyticsSettings(), {
    maxUsers: 2 * users,
    maxDevices: 2 * users,
    dedupeLimit: 4 * users + 4_000_000,
  }),
  { everyMessages: 1_000 },
  { demand: demandOf(STATE_FIELDS, [...SUMMARY_FIELDS], HANDLES) },
  Object.assign(new RedisSettings(), { url, timeoutMs: 60_000 }),
  { group, topic: 'user-login' },
);
try {
  await store.open();
  await measure();
} finally {
  store.close();
  for await (const keys of redis.scanStream({ match: `${prefixOf(group)}*` }))
    if (keys.length > 0) await redis.unlink(keys);
  redis.disconnect();
}

async function measure() {
  const before = await figure('memory', 'used_memory');
  let offset = 0;
  const apply = async (count, userOf) => {
    const logins = Array.from({ length: count }, (_, index) =>
      loginOf(userOf(offset + index), offset + index),
    );
    const [first, end] = [offset, offset + count];
    offset = end;
    const position = {
      topic: 'user-login',
      partition: 0,
      offsets: { first, end },
      claimed: first,
      now: Date.now(),
    };
    const begun = performance.now();
    await store.apply(position, logins, null);
    const took = performance.now() - begun;
    store.settled(0, end);
    await store.flushed();
    return took;
  };
  while (offset < users) await apply(Math.min(MOST_RECORDS, users - offset), (number) => number);
  const bytesOf = async (key) =>
    (await redis.call('MEMORY', 'USAGE', `${prefixOf(group)}${key}`, 'SAMPLES', '0')) / users;
  console.log(
    `Redis ${await text('server', 'redis_version')}, ${users.toLocaleString('en')} users and as many devices\n`,
  );
  console.log('| bytes of | each |\n| --- | ---: |');
  for (const [name, key] of [
    ['user', 'users'],
    ['device', 'devices'],
    ['remembered value', 'duplicates'],
  ])
    console.log(`| a ${name} | ${Math.round(await bytesOf(key))} |`);
  const used = (await figure('memory', 'used_memory')) - before;
  console.log(`| all of it, in MB | ${Math.round(used / 1e6)} |\n`);

  console.log(
    '| records of a call | ms, p50 | ms, p99 | CPU µs of Redis a record | CPU µs of the service a record |',
  );
  console.log('| ---: | ---: | ---: | ---: | ---: |');
  const anyUser = () => Math.floor(Math.random() * users);
  for (const size of SIZES) {
    const calls = Math.max(LEAST_CALLS, Math.ceil(Math.min(LEAST_RECORDS, 2_000 * size) / size));
    for (let call = 0; call < 5; call++) await apply(size, anyUser);
    const [cpu, own] = [await redisCpu(), process.cpuUsage()];
    const times = [];
    for (let call = 0; call < calls; call++) times.push(await apply(size, anyUser));
    const { user, system } = process.cpuUsage(own);
    const ofRedis = ((await redisCpu()) - cpu) * 1e6;
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
    const each = (microseconds) => (microseconds / (calls * size)).toFixed(1);
    console.log(`| ${size} | ${at(0.5)} | ${at(0.99)} | ${each(ofRedis)} | ${each(user + system)} |`);
  }
}

function loginOf(user, offset) {
  const raw = {
    offset: String(offset),
    timestamp: String(START * 1_000 + offset),
    value: Buffer.from(`${offset}`),
  };
  return {
    ...{ raw, user_id: idOf(user, 'u'), device_id: idOf(user, 'd'), app_version: `2.${user % 7}.0` },
    ...{
      locale: LOCALES[user % LOCALES.length],
      ip: `10.${user & 255}.${(user >> 8) & 255}.${(user >> 16) & 255}`,
    },
    ...{ device_type: 'iOS', device_type_lower: 'ios', region: 'South', ip_country: 'US', country_id: 12 },
    event_time: START + (offset >> 4),
  };
}

function idOf(number, kind) {
  return `${kind}6ea37cd8-81e4-4583-aff1-${number.toString(16).padStart(12, '0')}`;
}

async function text(section, name) {
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(await redis.info(section))[1];
}

async function figure(section, name) {
  return Number(await text(section, name));
}

async function redisCpu() {
  return (await figure('cpu', 'used_cpu_user')) + (await figure('cpu', 'used_cpu_sys'));
}
