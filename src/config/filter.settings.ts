import type { Rule } from './rule.js';
import { integer, listOr } from './rule.js';
import { Setting } from './setting.decorator.js';

const isDeviceType = (item: string) => item !== '' && item !== '*' && [...item].length <= 64;

/** The same versions as in a login: no other could ever pass. */
const isVersion = (item: string) => /^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){2}$/.test(item);

/** Device types are compared case-insensitively. */
function deviceTypes(): Rule {
  const list = listOr('*', 'device types', isDeviceType);
  return { ...list, convert: (value) => list.convert(value.toLowerCase()) };
}

/** Which valid logins go to the filtered topic. */
export class FilterSettings {
  static readonly title = 'Filters';

  /** In lower case, or `*` for all. */
  @Setting('DEVICE_TYPES', deviceTypes(), 'Device types that pass, in any case; `*` for all.')
  readonly deviceTypes: string[] | '*' = ['android', 'ios'];

  @Setting(
    'APP_VERSIONS',
    listOr('*', 'versions such as 2.3.0', isVersion),
    'Versions of the app that pass; `*` for all.',
  )
  readonly appVersions: string[] | '*' = '*';

  /** Seconds; 0 = off. */
  @Setting(
    'MAX_MESSAGE_AGE_SECONDS',
    integer(0, 999_999_999_999),
    'Logins that are older than this on arrival are filtered, in seconds; 0 = off.',
  )
  readonly maxMessageAgeSeconds: number = 0;
}
