import { Check } from './check.decorator.js';
import { oneOf, text } from './rule.js';
import { Setting } from './setting.decorator.js';

export const IP_PRIVACIES = ['mask', 'hash', 'none'] as const;
export type IpPrivacy = (typeof IP_PRIVACIES)[number];

export const DEVICE_PRIVACIES = ['hash', 'none'] as const;
export type DevicePrivacy = (typeof DEVICE_PRIVACIES)[number];

/** How personal data is written. Analytics see the clear values. */
export class PrivacySettings {
  static readonly title = 'Privacy';

  @Setting(
    'IP_PRIVACY',
    oneOf(IP_PRIVACIES),
    '`mask` hides the last octet of IPv4 and all but the first 48 bits of IPv6; `hash` needs `PRIVACY_KEY`; `none` writes addresses as they are.',
  )
  @Check<PrivacySettings>(({ ipPrivacy, privacyKey }) =>
    ipPrivacy === 'hash' && privacyKey === undefined
      ? 'must not be hash without PRIVACY_KEY or PRIVACY_KEY_FILE: bare hashes of IPv4 addresses can be reversed'
      : undefined,
  )
  readonly ipPrivacy: IpPrivacy = 'mask';

  @Setting(
    'DEVICE_PRIVACY',
    oneOf(DEVICE_PRIVACIES),
    '`hash` writes SHA-256 of `device_id` in hex, HMAC-SHA-256 with `PRIVACY_KEY`; `none` writes it as it is.',
  )
  readonly devicePrivacy: DevicePrivacy = 'hash';

  @Setting('PRIVACY_KEY', text('a key'), 'Key of the hashes. Another key means other hashes.', {
    secret: true,
  })
  readonly privacyKey: string | undefined = undefined;
}
