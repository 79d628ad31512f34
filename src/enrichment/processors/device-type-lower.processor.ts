import { BoundedCache } from '../bounded-cache.js';
import { LoginProcessor } from '../processor.js';
import type { Adds } from '../processor.js';
import type { Login } from '../../pipeline/login.js';

declare module '../../pipeline/login.js' {
  interface Enrichment {
    /**
     * Type of the device, in lower case.
     *
     * @minLength 1
     * @pattern ^[^A-Z]*$
     */
    device_type_lower: string;
  }
}

@LoginProcessor({
  needs: ['device_type'],
  adds: ['device_type_lower'],
  summary: 'The device type in lower case.',
})
export class DeviceTypeLowerProcessor {
  // Cached, so that all logins share one string per type: whoever counts by it finds its hash already computed.
  private readonly lower = new BoundedCache((deviceType) => deviceType.toLowerCase());

  process({ device_type }: Login, add: Adds<'device_type_lower'>): void {
    add.device_type_lower = this.lower.get(device_type);
  }
}
