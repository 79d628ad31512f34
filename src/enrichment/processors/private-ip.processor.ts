import { PrivacySettings } from '../../config/privacy.settings.js';
import { maskIp } from '../privacy/mask-ip.js';
import { hmacSha256 } from '../privacy/sha256.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * Address that the login came from: masked, hashed or as received, as `IP_PRIVACY` says.
     *
     * @pattern ^[0-9A-Fa-f:.]+(xxx)?$
     * @maxLength 64
     */
    private_ip: string;
  }
}

@LoginProcessor({
  needs: ['ip'],
  adds: ['private_ip'],
  summary: 'The IP as it may be published: masked, hashed with the privacy key, or as received.',
})
export class PrivateIpProcessor {
  private readonly conceal: (ip: string) => string;

  constructor(settings: PrivacySettings) {
    this.conceal = concealer(settings);
  }

  process({ ip }: Login, add: Adds<'private_ip'>): void {
    add.private_ip = this.conceal(ip);
  }
}

function concealer({ ipPrivacy, privacyKey }: PrivacySettings): (ip: string) => string {
  if (ipPrivacy === 'none') return (ip) => ip;
  if (ipPrivacy === 'mask') return maskIp;
  // All IPv4 addresses can be hashed in minutes, so without a key the hash would hide nothing.
  if (!privacyKey) throw new Error('IP_PRIVACY=hash needs PRIVACY_KEY.');
  return hmacSha256(privacyKey);
}
