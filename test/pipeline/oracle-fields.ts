import { isUtf8 } from 'node:buffer';

/** What the rules depend on; named as in the contract's table of settings. */
export interface OracleSettings {
  readonly DEVICE_TYPES: readonly string[] | '*';
  readonly APP_VERSIONS: readonly string[] | '*';
  readonly MAX_MESSAGE_AGE_SECONDS: number;
  readonly MAX_FUTURE_SECONDS: number;
  readonly MAX_MESSAGE_BYTES: number;
  readonly MAX_JSON_DEPTH: number;
  readonly UNKNOWN_FIELDS: 'keep' | 'drop' | 'reject';
  readonly IP_PRIVACY: 'mask' | 'hash' | 'none';
  readonly DEVICE_PRIVACY: 'hash' | 'none';
  readonly PRIVACY_KEY: string | null;
  readonly DEDUPE_SECONDS: number;
  readonly ANALYTICS_WINDOW_SECONDS: number;
  readonly SESSION_GAP_SECONDS: number;
  readonly MAP_LIMIT: number;
}

export const DEFAULTS: OracleSettings = {
  DEVICE_TYPES: ['android', 'ios'],
  APP_VERSIONS: '*',
  MAX_MESSAGE_AGE_SECONDS: 0,
  MAX_FUTURE_SECONDS: 3_600,
  MAX_MESSAGE_BYTES: 1_048_576,
  MAX_JSON_DEPTH: 32,
  UNKNOWN_FIELDS: 'drop',
  IP_PRIVACY: 'mask',
  DEVICE_PRIVACY: 'hash',
  PRIVACY_KEY: null,
  DEDUPE_SECONDS: 600,
  ANALYTICS_WINDOW_SECONDS: 86_400,
  SESSION_GAP_SECONDS: 1_800,
  MAP_LIMIT: 1_000,
};

export const FIELDS = ['user_id', 'app_version', 'device_type', 'ip', 'locale', 'device_id', 'timestamp'];

export type JsonObject = Record<string, unknown>;

/** `field rule` of everything that is wrong; a record as a whole has the field `null`. */
export type Faults = readonly string[];

/** The whole-record rules, in the order in which the first gives the error its type. */
export function decodeFaults(value: Buffer | null, settings: OracleSettings): Faults {
  if (value === null) return ['null null_value'];
  if (value.length > settings.MAX_MESSAGE_BYTES) return ['null too_large'];
  if (!isUtf8(value)) return ['null not_utf8'];
  const text = value.toString();
  if (text.startsWith('\ufeff')) return ['null byte_order_mark'];
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return ['null not_json'];
  }
  const faults: string[] = [];
  if (typeof json !== 'object' || json === null || Array.isArray(json)) faults.push('null not_an_object');
  const { depth, keys } = walk(json);
  if (keys.has('__proto__')) faults.push('null forbidden_key');
  if (depth > settings.MAX_JSON_DEPTH) faults.push('null too_deep');
  if (faults.length === 0 && settings.UNKNOWN_FIELDS === 'keep' && hasUnsafeInteger(text))
    faults.push('null unsafe_integer');
  return faults;
}

/** By the text: parsed, 2^53 + 1 is no longer to be told from 2^53. */
function hasUnsafeInteger(text: string): boolean {
  const outsideStrings = text.replace(/"(\\.|[^"\\])*"/gs, '""');
  const numbers = outsideStrings.match(/-?\d+(\.\d+)?([eE][+-]?\d+)?/g) ?? [];
  return numbers.some((number) => /^-?\d+$/.test(number) && BigInt(number.replace('-', '')) > 2n ** 53n);
}

/** Every key and the greatest nesting of a JSON value, without recursion. */
function walk(root: unknown): { depth: number; keys: Set<string> } {
  const keys = new Set<string>();
  let depth = 0;
  const stack: [node: unknown, level: number][] = [[root, 0]];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [node, level] = entry;
    if (typeof node !== 'object' || node === null) continue;
    depth = Math.max(depth, level + 1);
    for (const [key, child] of Object.entries(node)) {
      if (!Array.isArray(node)) keys.add(key);
      stack.push([child, level + 1]);
    }
  }
  return { depth, keys };
}

/** Everything that is wrong with the fields of a message; empty for a login. */
export function fieldFaults(content: JsonObject, settings: OracleSettings): Faults {
  const known = FIELDS.flatMap((field) =>
    (content[field] == null ? ['missing'] : faultsOf(field, content[field])).map(
      (rule) => `${field} ${rule}`,
    ),
  );
  if (settings.UNKNOWN_FIELDS !== 'reject') return known;
  const unknown = Object.keys(content).filter((name) => !FIELDS.includes(name));
  return [...known, ...unknown.map((name) => `${name} unknown`)];
}

function faultsOf(field: string, value: unknown): string[] {
  if (field === 'timestamp' && typeof value !== 'string') {
    if (typeof value !== 'number') return ['not_integer'];
    return [...when(value % 1 !== 0, 'not_integer'), ...when(value <= 0, 'not_positive')];
  }
  if (typeof value !== 'string') return ['not_string'];
  const lone = when(/[\ud800-\udfff]/u.test(value), 'lone_surrogate');
  const length = [...value].length;
  switch (field) {
    case 'timestamp':
      return [...lone, ...when(!/^[1-9][0-9]{0,11}$/.test(value), 'bad_format')];
    case 'app_version':
      return [...lone, ...when(!/^((0|[1-9][0-9]{0,8})(\.(?!$)|$)){3}$/.test(value), 'bad_format')];
    case 'ip':
      return [...lone, ...when(!isAddress(value), 'not_ip')];
    case 'locale':
      return [...lone, ...when(length < 2, 'too_short'), ...when(length > 35, 'too_long')];
    default: {
      const most = field === 'device_type' ? 64 : 128;
      return [...lone, ...when(value.trim() === '', 'blank'), ...when(length > most, 'too_long')];
    }
  }
}

const when = (condition: boolean, rule: string): string[] => (condition ? [rule] : []);

const IPV4 = /^((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(?!$)|$)){4}$/;

function isAddress(text: string): boolean {
  if (IPV4.test(text)) return true;
  return /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/.test(text) && URL.canParse(`http://[${text}]`);
}
