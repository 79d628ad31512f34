import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { STATE_FIELDS } from '../dist/analytics/analytics-fields.js';
import { demandOf } from '../dist/analytics/state-demand.js';
import { StateEngine } from '../dist/analytics/state-engine.js';
import { SUMMARY_FIELDS } from '../dist/analytics/summary/summary-fields.js';
import { DedupeTable } from '../dist/analytics/tables/dedupe-table.js';
import { DevicesTable } from '../dist/analytics/tables/devices-table.js';
import { IpKey } from '../dist/analytics/tables/ip-key.js';
import { KeyHash } from '../dist/analytics/tables/key-hash.js';
import { LocaleIds } from '../dist/analytics/tables/locale-ids.js';
import { RowTable } from '../dist/analytics/tables/row-table.js';
import { StateColumns } from '../dist/analytics/tables/state-columns.js';
import { UniqueCounter } from '../dist/analytics/tables/unique-counter.js';
import { UsersTable } from '../dist/analytics/tables/users-table.js';
import { AnalyticsSettings } from '../dist/config/analytics.settings.js';
import { recentTimes, recentValues } from '../dist/enrichment/state-handles.js';

const HELP = `node bench/state.mjs [--users 10000,1000000,5000000]

What the tables of the analytics state cost: bytes a row, nanoseconds an update and a lookup, memory; and what an image of the
whole state costs, as it is taken for a checkpoint. As many devices and remembered values as users. Needs a build (npm run build).
Each size runs in processes of its own.`;

/** What the risk rules of the standard profile remember of a user. */
const HANDLES = [
  recentValues({ per: 'user_id', of: 'country_id', keep: 2, windowSeconds: 0 }),
  recentValues({ per: 'user_id', of: 'device_id', keep: 2, windowSeconds: 0 }),
  recentTimes({ per: 'user_id', keep: 4, windowSeconds: 60 }),
];
const REMEMBERED = ['country_id', 'device_id'];
const BATCH = 1_000;
const UPDATES_PER_USER = 2;
/** How often each part is run: long enough for the compiler to be done, and to meet rows all over a large table. */
const SAMPLE = 1_000_000;
const START = 1_700_000_000;
const STATES = ['NC', 'NV', 'CA', 'TX', 'RU', 'de-DE', 'NY', 'WA', 'FL', 'OH'];

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '10000,1000000,5000000' },
    tables: { type: 'string' },
    image: { type: 'string' },
    help: { type: 'boolean' },
  },
});
function main(sizes) {
  if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
    console.error(HELP);
    process.exit(2);
  }
  const results = sizes.map((size) => ({ ...inProcess('--tables', size), ...inProcess('--image', size) }));
  const titles = ['', ...sizes.map((size) => `${size.toLocaleString('en')} users`)];
  const rows = Object.keys(results[0]).map((name) => [
    name,
    ...results.map((result) => result[name].toLocaleString('en')),
  ]);
  const lines = [titles, titles.map((_, column) => (column === 0 ? '---' : '---:')), ...rows];
  console.log(`Node ${process.versions.node}, ${cpuModel()}\n`);
  console.log(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
}

function inProcess(option, size) {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), option, size], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exit(1);
  return JSON.parse(stdout);
}

function cpuModel() {
  try {
    return /model name\s*: (.*)/.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? process.arch;
  } catch {
    return process.arch;
  }
}

function measureTables(users) {
  const random = randomNumbers(1);
  const hash = new KeyHash([0x1234, 0x5678]);
  const before = process.memoryUsage();
  const tables = makeTables(users);
  const allocated = process.memoryUsage();
  const updates = Math.max(SAMPLE, users * UPDATES_PER_USER);

  const together = timeBatches(updates, makeLogins(users, random), (login) => apply(tables, hash, login));
  const filled = process.memoryUsage();

  const key = makeKeys(users, random);
  const others = makeKeys(2 ** 32, random, OTHER_KEYS);
  const { usersTable, devicesTable, dedupe, locales, ip, uniqueUsers } = tables;
  ip.read('203.0.113.7');
  const locale = locales.idOf('NC');
  let time = START + 100_000;
  let offset = 0;
  // Until here they held the hashes of the logins' ids.
  forEachKey(users, (k) => usersTable.login(k, locale, time++));
  forEachKey(users, (k) => devicesTable.login(k, k, time++));
  const perTable = {
    'user update': timeBatches(SAMPLE, key, (k) => usersTable.login(k, locale, time++)),
    'user update, evicting': timeBatches(SAMPLE, others, (k) => usersTable.login(k, locale, time++)),
    'device update': timeBatches(SAMPLE, key, (k) => devicesTable.login(k, k, time++)),
    'device update, evicting': timeBatches(SAMPLE, others, (k) => devicesTable.login(k, k, time++)),
    'dedupe: look up and remember': timeBatches(SAMPLE, others, (k) => {
      if (!dedupe.isDuplicate(k.hi, k.lo, (time += 3), 0, ++offset))
        dedupe.remember(k.hi, k.lo, time, 0, offset);
    }),
    'unique counter': timeBatches(SAMPLE, others, (k) => uniqueUsers.add(k.hi, k.lo)),
  };

  const row = usersTable.row;
  const sessionId = {
    'session id, made': timeBatches(SAMPLE / 10, makeUuids(random), (uuid) =>
      usersTable.setSessionId(row, uuid, time++),
    ),
    'session id, read': timeBatches(SAMPLE, key, () => usersTable.sessionIdOf(row)),
  };

  const { state, current } = tables;
  let seen = 0;
  forEachKey(users, () => state.see(seen++, true, current, time));
  const seeAnywhere = () => {
    current[0] = random() * 600;
    current[1] = random() * 2 ** 32;
    state.see(Math.floor(random() * users), false, current, time++);
  };
  const handles = {
    'state of processors: load and remember': timeBatches(SAMPLE, () => null, seeAnywhere),
  };

  const rows = new RowTable(users, () => {}, 22);
  forEachKey(users, ({ hi, lo }) => rows.findOrAdd(hi, lo));
  let found = 0;
  const look = (k) => (found += rows.find(k.hi, k.lo) >= 0 ? 1 : 0);
  const lookups = {
    'look-up of a row that is there': timeBatches(SAMPLE, key, look),
    'look-up of a row that is not': timeBatches(SAMPLE, others, look),
  };
  if (found !== SAMPLE) throw new Error(`${found} of ${SAMPLE} rows were found`);

  const text = timeBatches(SAMPLE, makeUuids(random), (uuid) => hash.ofString(uuid));
  const value = timeBatches(SAMPLE, makeValues(random), (bytes) => hash.ofBytes(bytes));
  const address = timeBatches(SAMPLE, makeAddresses(random), (ipText) => ip.read(ipText));
  const { devicesTable: devices } = tables;
  const bytesOfUser = usersTable.bytes / users + 4 * state.stride;
  return {
    'bytes a user': tenths(bytesOfUser),
    'of that, what risk rules remember': 4 * state.stride,
    'bytes a device': tenths(devices.bytes / users),
    'bytes a remembered value': tenths(dedupe.bytes / dedupe.size),
    'MB users and devices': mega(users * bytesOfUser + devices.bytes),
    'ns all of a login': together,
    ...Object.fromEntries(
      Object.entries({ ...perTable, ...handles, ...sessionId, ...lookups }).map(([name, ns]) => [
        `ns ${name}`,
        ns,
      ]),
    ),
    'ns hash of a UUID': text,
    'ns hash of 230 bytes': value,
    'ns reading an IP address': address,
    'MB arrays, external': mega(allocated.arrayBuffers - before.arrayBuffers),
    'MB resident, allocated': mega(allocated.rss - before.rss),
    'MB resident, filled': mega(filled.rss - before.rss),
    'MB resident, whole process': mega(filled.rss),
  };
}

function makeTables(users) {
  const locales = new LocaleIds(65_536, () => {});
  const ip = new IpKey();
  return {
    locales,
    ip,
    user: new KeyHash([1, 2]),
    device: new KeyHash([1, 2]),
    usersTable: new UsersTable(users, 86_400, 1_800, locales, ip),
    devicesTable: new DevicesTable(users, 86_400),
    current: new Float64Array(REMEMBERED.length),
    state: new StateColumns(users, HANDLES, REMEMBERED),
    dedupe: new DedupeTable(users, 600_000),
    uniqueUsers: new UniqueCounter(),
    uniqueDevices: new UniqueCounter(),
  };
}

/** What a state store does with a login. */
function apply(tables, hash, { userId, deviceId, ip, locale, time, value, arrival, offset }) {
  const { user, device, usersTable, dedupe } = tables;
  hash.ofBytes(value);
  if (dedupe.isDuplicate(hash.hi, hash.lo, arrival, 0, offset)) return;
  dedupe.remember(hash.hi, hash.lo, arrival, 0, offset);
  user.ofString(userId);
  device.ofString(deviceId);
  tables.ip.read(ip);
  usersTable.login(user, tables.locales.idOf(locale), time);
  if (usersTable.sessionStarted) usersTable.setSessionId(usersTable.row, userId, time);
  usersTable.sessionIdOf(usersTable.row);
  tables.devicesTable.login(device, user, time);
  tables.uniqueUsers.add(user.hi, user.lo);
  tables.uniqueDevices.add(device.hi, device.lo);
}

/** What an image costs, and logins while it is open. */
function measureImage(users) {
  const random = randomNumbers(2);
  const settings = Object.assign(new AnalyticsSettings(), {
    maxUsers: users,
    maxDevices: users,
    dedupeLimit: users,
  });
  const demand = demandOf(STATE_FIELDS, [...SUMMARY_FIELDS], HANDLES);
  const engine = StateEngine.create(settings, { everyMessages: 0 }, demand);
  const apply = (logins) => engine.apply({ partition: 0, now: START * 1_000 }, logins, null);
  const logins = makeEnrichedLogins(random);
  for (let user = 0; user < users; user += BATCH)
    apply(Array.from({ length: Math.min(BATCH, users - user) }, (_, index) => logins(user + index)));
  const anywhere = () => logins(Math.floor(random() * users));
  const sample = Math.min(SAMPLE, users) / 2;
  const closed = timeBatches(sample, anywhere, (login) => apply([login]));

  let start = process.cpuUsage();
  const image = engine.image();
  const pause = milliseconds(start);
  const open = timeBatches(sample, anywhere, (login) => apply([login]));
  const parts = [];
  let bytes = 0;
  for (const column of image.columns) {
    for (;;) {
      start = process.cpuUsage();
      const part = column.next();
      parts.push(milliseconds(start));
      if (part === null) break;
      bytes += part.length;
    }
  }
  image.release();
  parts.sort((a, b) => a - b);
  start = process.cpuUsage();
  const facts = JSON.stringify(image.facts).length;
  const factsTime = milliseconds(start);
  const again = timeBatches(sample, anywhere, (login) => apply([login]));
  return {
    'MB remembered in all': mega(engine.rememberedBytes),
    'image: MB': mega(bytes),
    'image: CPU ms to take it': hundredths(pause),
    'image: CPU ms for the longest part': hundredths(parts[parts.length - 1]),
    'image: CPU ms for 99 of 100 parts at most': hundredths(parts[Math.floor(0.99 * (parts.length - 1))]),
    'image: CPU ms for all parts': hundredths(parts.reduce((sum, part) => sum + part, 0)),
    'image: kB of facts': Math.round(facts / 1e3),
    'image: CPU ms to write the facts': hundredths(factsTime),
    'ns a login, before': closed,
    'ns a login while an image is open': open,
    'ns a login, after it was released': again,
  };
}

/** Mean nanoseconds of CPU time of `step`; the inputs of a batch are made before its time is taken. */
function timeBatches(count, makeInput, step) {
  let microseconds = 0;
  for (let done = 0; done < count; done += BATCH) {
    const inputs = Array.from({ length: BATCH }, (_, index) => makeInput(done + index));
    const start = process.cpuUsage();
    for (let index = 0; index < BATCH; index++) step(inputs[index]);
    const { user, system } = process.cpuUsage(start);
    microseconds += user + system;
  }
  return Math.round((1_000 * microseconds) / Math.ceil(count / BATCH) / BATCH);
}

/** CPU time, as neighbours are at work: also that of the threads that collect garbage. */
function milliseconds(start) {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1_000;
}

const tenths = (value) => Math.round(10 * value) / 10;
const hundredths = (value) => Math.round(100 * value) / 100;
const mega = (bytes) => Math.round(bytes / 1e6);

/** A 32-bit mix: distinct numbers with the same salt give distinct results. */
function mix(number, salt) {
  let x = (number ^ Math.imul(salt, 0x9e3779b9)) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return x ^ (x >>> 15);
}

/** Deterministic random numbers from 0 to 1 (mulberry32's steps are enough here). */
function randomNumbers(seed) {
  let state = seed;
  return () => (mix((state = (state + 0x6d2b79f5) | 0), 3) >>> 0) / 2 ** 32;
}

function keyOf(number, salt) {
  return { hi: mix(number, salt), lo: mix(number, salt + 1) };
}

const KEYS = 1;
const OTHER_KEYS = 11;

function forEachKey(users, step) {
  for (let user = 0; user < users; user++) step(keyOf(user, KEYS));
}

function makeKeys(users, random, salt = KEYS) {
  return () => keyOf(Math.floor(random() * users), salt);
}

function uuidOf(number) {
  const hex = (salt) => (mix(number, salt) >>> 0).toString(16).padStart(8, '0');
  const [a, b, c, d] = [hex(4), hex(5), hex(6), hex(7)];
  // Through bytes, so that it is one flat string, as from a parsed message.
  return Buffer.from(
    `${a}-${b.slice(0, 4)}-4${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`,
    'latin1',
  ).toString('latin1');
}

const makeUuids = (random) => () => uuidOf(Math.floor(random() * 2 ** 32));

const makeValues = (random) => () => {
  const bytes = Buffer.alloc(230, 'x');
  bytes.writeUInt32LE(random() * 2 ** 32, 100);
  return bytes;
};

const makeAddresses = (random) => () => {
  const octet = () => Math.floor(random() * 256);
  return Buffer.from(`${octet()}.${octet()}.${octet()}.${octet()}`, 'latin1').toString('latin1');
};

function makeLogins(users, random) {
  const value = makeValues(random);
  const address = makeAddresses(random);
  return (index) => ({
    userId: uuidOf(Math.floor(random() * users)),
    deviceId: uuidOf(Math.floor(random() * users) + 2 ** 31),
    ip: address(),
    locale: STATES[Math.floor(random() * STATES.length)],
    time: START + Math.floor(index / 100 + random() * 600),
    value: value(),
    arrival: (START + Math.floor(index / 100)) * 1_000,
    offset: index,
  });
}

/** Logins as the store is given them, each of another value. */
function makeEnrichedLogins(random) {
  const value = makeValues(random);
  const address = makeAddresses(random);
  let offset = 0;
  return (user) => ({
    user_id: uuidOf(user),
    device_id: uuidOf(user + 2 ** 31),
    app_version: '2.3.0',
    locale: STATES[offset % STATES.length],
    ip: address(),
    device_type_lower: 'ios',
    region: 'South',
    ip_country: 'US',
    country_id: Math.floor(random() * 600),
    event_time: START + Math.floor(offset / 100 + random() * 600),
    raw: { value: value(), timestamp: String((START + offset) * 1_000), offset: String(offset++) },
  });
}

if (values.help) console.log(HELP);
else if (values.tables !== undefined) console.log(JSON.stringify(measureTables(Number(values.tables))));
else if (values.image !== undefined) console.log(JSON.stringify(measureImage(Number(values.image))));
else main(values.users.split(',').map(Number));
