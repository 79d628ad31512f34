import { recentValues } from '../../enrichment/state-handles.js';
import type { RiskRule } from '../rule.js';

/** As many as most people use at a time. */
const REMEMBERED_DEVICES = 2;

/** The first device of a user is not a new one: of somebody unknown every device is. */
export class NewDevice implements RiskRule {
  static readonly reason = 'new_device';
  static readonly weight = 'newDevice';
  static readonly reads = [] as const;
  static readonly meaning = `The user is known, but not with this device: it is none of the user’s ${REMEMBERED_DEVICES} latest ones.`;

  readonly state = {
    devices: recentValues({ per: 'user_id', of: 'device_id', keep: REMEMBERED_DEVICES, windowSeconds: 0 }),
  };

  fires(): boolean {
    const { devices } = this.state;
    return devices.size > 0 && !devices.includesCurrent;
  }
}
