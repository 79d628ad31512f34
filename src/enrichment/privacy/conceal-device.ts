import type { PrivacySettings } from '../../config/privacy.settings.js';
import { hmacSha256, sha256 } from './sha256.js';
import type { TextHash } from './sha256.js';

/** Makes of a device id what may be written of it: its hash, with the privacy key if there is one, or the id as received. */
export function deviceConcealer({ devicePrivacy, privacyKey }: PrivacySettings): TextHash {
  if (devicePrivacy === 'none') return (deviceId) => deviceId;
  return privacyKey ? hmacSha256(privacyKey) : sha256;
}
