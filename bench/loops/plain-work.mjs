import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { CONTINENT } from '../../dist/enrichment/data/continents.js';
import { US_CENSUS_REGION } from '../../dist/enrichment/data/us-census-regions.js';
import { ipCategory } from '../../dist/enrichment/ip/ip-category.js';
import { maskIp } from '../../dist/enrichment/privacy/mask-ip.js';

/**
 * What login-stream's standard profile does to a record, in plain code: decode, validate, filter, enrich, count,
 * write. It takes tables and the arithmetic of addresses from the project; the rest is its own, and simple. When the
 * profile learns something, this has to learn it too, or the comparison is no longer one of like with like.
 */
const TEXTS = ['user_id', 'app_version', 'device_type', 'ip', 'locale', 'device_id'];
const MOST_CHARACTERS = { user_id: 128, device_type: 64, locale: 35, device_id: 128 };
const VERSION = /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})$/;
const SECONDS = /^[1-9]\d{0,11}$/;
const MAX_FUTURE_SECONDS = 3_600;
const MAX_DEPTH = 32;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const DEVICE_TYPES = new Set(['android', 'ios']);

const versions = new Map();
const locales = new Map();
const deviceTypes = new Map();

export function judge(message, source) {
  const { login, errors } = read(message);
  if (errors.length > 0) return { outcome: 'error', record: errorRecord(message, source, login, errors) };
  if (!DEVICE_TYPES.has(login.device_type.toLowerCase()))
    return { outcome: 'filtered', record: filteredRecord(message, source, login) };
  const value = JSON.stringify(enrich(login));
  return { outcome: 'processed', record: { key: login.user_id, value, headers: message.headers } };
}

function read({ value, timestamp }) {
  if (value === null) return { login: null, errors: ['no value'] };
  if (!isUtf8(value)) return { login: null, errors: ['not UTF-8'] };
  let login;
  try {
    login = JSON.parse(value.toString());
  } catch {
    return { login: null, errors: ['not JSON'] };
  }
  if (typeof login !== 'object' || login === null || Array.isArray(login))
    return { login: null, errors: ['not an object'] };
  return { login, errors: validate(login, Number(timestamp)) };
}

function validate(login, arrival) {
  const errors = [];
  if (isTooDeep(login, 1)) errors.push('nested too deep');
  if (Object.hasOwn(login, '__proto__')) errors.push('forbidden key');
  for (const field of TEXTS) {
    const text = login[field];
    if (typeof text !== 'string' || text.trim() === '' || !text.isWellFormed())
      errors.push(`${field} is missing or blank`);
    else if (text.length > (MOST_CHARACTERS[field] ?? Infinity)) errors.push(`${field} is too long`);
  }
  if (typeof login.app_version === 'string' && !VERSION.test(login.app_version))
    errors.push('app_version is not a version');
  if (typeof login.locale === 'string' && login.locale.length < 2) errors.push('locale is too short');
  if (typeof login.ip === 'string' && (isIP(login.ip) === 0 || login.ip.includes('%')))
    errors.push('ip is not an address');
  const { timestamp } = login;
  const isTime =
    typeof timestamp === 'string' ? SECONDS.test(timestamp) : Number.isInteger(timestamp) && timestamp > 0;
  if (!isTime) errors.push('timestamp is not a time');
  else if (Number(timestamp) > arrival / 1000 + MAX_FUTURE_SECONDS) errors.push('timestamp is in the future');
  return errors;
}

function isTooDeep(value, level) {
  if (typeof value !== 'object' || value === null) return false;
  if (level > MAX_DEPTH) return true;
  for (const key in value) if (isTooDeep(value[key], level + 1)) return true;
  return false;
}

function enrich(login) {
  const { user_id, app_version, ip, locale, device_id, timestamp } = login;
  const device_type = login.device_type.toLowerCase();
  const processed_timestamp = Math.floor(Date.now() / 1000);
  const date = new Date(Number(timestamp) * 1000);
  const text = date.toISOString();
  const [major, minor, patch] = app_version.split('.').map(Number);
  count(deviceTypes, device_type);
  return {
    user_id,
    app_version,
    device_type,
    ip: maskIp(ip),
    locale,
    device_id: createHash('sha256').update(device_id).digest('hex'),
    timestamp,
    processed_timestamp,
    processing_delay_seconds: processed_timestamp - Number(timestamp),
    normalized_timestamp: `${text.slice(0, 10)} ${text.slice(11, 19)}`,
    day_of_week: DAYS[date.getUTCDay()],
    hour_of_day: date.getUTCHours(),
    app_version_major: major,
    app_version_minor: minor,
    app_version_patch: patch,
    region: regionOf(locale.toUpperCase()),
    ip_category: ipCategory(ip),
    total_logins_for_version: count(versions, app_version),
    total_logins_from_locale: count(locales, locale),
    most_common_device_type: mostCommon(deviceTypes),
  };
}

function regionOf(locale) {
  const parts = locale.split(/[-_]/);
  if (parts.length > 1)
    return CONTINENT.get(parts.slice(1).find((part) => /^([A-Z]{2}|\d{3})$/.test(part))) ?? 'Other';
  return US_CENSUS_REGION.get(locale) ?? CONTINENT.get(locale) ?? 'Other';
}

function count(counts, key) {
  const total = (counts.get(key) ?? 0) + 1;
  counts.set(key, total);
  return total;
}

function mostCommon(counts) {
  let best = '';
  let most = 0;
  for (const [key, total] of counts) {
    if (total > most || (total === most && key < best)) {
      best = key;
      most = total;
    }
  }
  return best;
}

const whereFrom = ({ offset, timestamp }, source) => ({
  ...source,
  offset: Number(offset),
  timestamp: Number(timestamp),
});

function filteredRecord(message, source, login) {
  const value = JSON.stringify({
    user_id: login.user_id,
    message_content: {
      ...login,
      ip: maskIp(login.ip),
      device_id: createHash('sha256').update(login.device_id).digest('hex'),
    },
    clean_type: 'filtered_device_type',
    timestamp: Math.floor(Date.now() / 1000),
    source: whereFrom(message, source),
  });
  return { key: message.key, value, headers: message.headers };
}

function errorRecord(message, source, login, errors) {
  const from = whereFrom(message, source);
  const value = JSON.stringify({
    error_type: login === null ? 'not_a_login' : 'invalid_fields',
    error: errors.join('; '),
    errors,
    user_id: login?.user_id ?? null,
    device_id: login?.device_id ?? null,
    timestamp: Math.floor(Date.now() / 1000),
    message_content: login ?? message.value?.toString() ?? null,
    source: from,
  });
  const headers = {
    ...message.headers,
    'x-dlq-topic': from.topic,
    'x-dlq-partition': String(from.partition),
    'x-dlq-offset': String(from.offset),
    'x-dlq-timestamp': String(from.timestamp),
    'x-dlq-error': errors.join('; '),
    // kafkajs fails on a null header.
    ...(message.value !== null && { 'x-dlq-value': message.value }),
  };
  return { key: message.key, value, headers };
}
