import { PrivacySettings } from '../../config/privacy.settings.js';
import { deviceConcealer } from '../privacy/conceal-device.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * With which device: a SHA-256 in hexadecimal digits, or as received with `DEVICE_PRIVACY=none`.
     *
     * @pattern \S
     * @maxLength 128
     */
    private_device_id: string;
  }
}

@LoginProcessor({
  needs: ['device_id'],
  adds: ['private_device_id'],
  summary:
    'The device id as it may be published: hashed (with the privacy key, if there is one), or as received.',
})
export class PrivateDeviceIdProcessor {
  private readonly conceal: (deviceId: string) => string;

  constructor(settings: PrivacySettings) {
    this.conceal = deviceConcealer(settings);
  }

  process({ device_id }: Login, add: Adds<'private_device_id'>): void {
    add.private_device_id = this.conceal(device_id);
  }
}
