import { integer } from './rule.js';
import { Setting } from './setting.decorator.js';

const weight = () => integer(0, 100);

/** How much each rule of the login risk adds to the score, and from when on it fires. */
export class RiskSettings {
  static readonly title = 'Login risk';

  @Setting(
    'RISK_SEVERAL_IPS',
    weight(),
    'What `several_ips` adds to `risk_score`: the user came from another address within `ANALYTICS_WINDOW_SECONDS`; 0 = off.',
  )
  readonly severalIps: number = 25;

  @Setting(
    'RISK_IMPOSSIBLE_TRAVEL',
    weight(),
    'What `impossible_travel` adds: nobody travels that fast between the countries of two logins; 0 = off.',
  )
  readonly impossibleTravel: number = 60;

  @Setting(
    'RISK_NEW_DEVICE',
    weight(),
    'What `new_device` adds: the user is known, and not with this device; 0 = off.',
  )
  readonly newDevice: number = 20;

  @Setting(
    'RISK_SHARED_DEVICE',
    weight(),
    'What `shared_device` adds: `RISK_SHARED_USERS` users or more on the device within `ANALYTICS_WINDOW_SECONDS`; 0 = off.',
  )
  readonly sharedDevice: number = 25;

  @Setting(
    'RISK_LOGIN_BURST',
    weight(),
    'What `login_burst` adds: `RISK_BURST_LOGINS` logins of the user within `RISK_BURST_SECONDS`; 0 = off.',
  )
  readonly loginBurst: number = 30;

  /** Kilometres per hour. */
  @Setting(
    'RISK_TRAVEL_KMH',
    integer(1, 100_000),
    'Faster than this, in kilometres per hour, is impossible travel.',
  )
  readonly travelKmh: number = 1_000;

  /** Kilometres. */
  @Setting(
    'RISK_TRAVEL_MIN_KM',
    integer(0, 20_000),
    'Countries whose centres are no further apart than this, in kilometres, never make travel impossible.',
  )
  readonly travelMinKm: number = 500;

  @Setting(
    'RISK_BURST_LOGINS',
    integer(2, 17),
    'How many logins of one user are a burst; each one more takes 4 bytes of memory for every user.',
  )
  readonly burstLogins: number = 5;

  /** Seconds. */
  @Setting('RISK_BURST_SECONDS', integer(1, 86_400), 'Within how many seconds of event time they are one.')
  readonly burstSeconds: number = 60;

  @Setting('RISK_SHARED_USERS', integer(2, 3), 'How many users of one device are many.')
  readonly sharedUsers: number = 3;
}
