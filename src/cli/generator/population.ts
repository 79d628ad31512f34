import type { Random } from './random.js';
import { UsedSeconds } from './used-seconds.js';
import { uuidText } from './uuid.js';
import { drawAppVersion, drawDeviceType, drawIp, drawLegacyDeviceId, drawLocale } from './vocabulary.js';

export interface Device {
  readonly id: string;
  readonly type: string;
  /** Changes when the app is updated. */
  appVersion: string;
  /** Some clients write the timestamp as a string, and then always. */
  readonly textTimestamp: boolean;
}

/** Where a user logs in from. */
export interface Place {
  readonly ip: string;
  readonly locale: string;
}

export interface User {
  readonly id: string;
  readonly devices: readonly Device[];
  readonly home: Place;
  /** The phone's network at home: the same locale, another address. */
  mobile: Place;
  /** Where the user is on a trip, and for how many more sessions. */
  trip: Place | null;
  tripSessions: number;
  readonly seconds: UsedSeconds;
}

/** How many times as many users as at the beginning there may be. */
const GROWTH = 10;
/** Flattens the top of the popularity curve: the most active user has under 1 % of the logins. */
const FLATTENING = 10;

/** The users there are. Bounded: when it is full, a newcomer takes the place of one of the less active half. */
export class Population {
  private readonly users: User[] = [];

  private readonly most: number;

  /** @param first how many users there are at the beginning */
  constructor(
    private readonly random: Random,
    first: number,
  ) {
    this.most = first * GROWTH;
    while (this.users.length < first) this.users.push(this.createUser());
  }

  /**
   * Zipf-like: the user of rank r has a share of about r^(-3/4). Drawn through square roots only, because
   * `Math.pow` may differ in its last digit from one engine to the next.
   */
  pickActive(): User {
    const low = Math.sqrt(Math.sqrt(FLATTENING));
    const high = Math.sqrt(Math.sqrt(FLATTENING + this.users.length));
    const root = low + this.random.fraction() * (high - low);
    const rank = Math.floor(root * root * root * root - FLATTENING);
    return this.users[Math.min(Math.max(rank, 0), this.users.length - 1)];
  }

  addNewcomer(): User {
    const user = this.createUser();
    if (this.users.length < this.most) this.users.push(user);
    else this.users[this.random.between(this.most / 2, this.most - 1)] = user;
    return user;
  }

  private createUser(): User {
    const { random } = this;
    const relative = this.users.length > 0 && random.chance(0.04) ? random.oneOf(this.users) : null;
    const home = relative?.home ?? drawPlace(random);
    const devices = [relative?.devices[0] ?? createDevice(random)];
    if (random.chance(0.35)) devices.push(createDevice(random));
    if (random.chance(0.05)) devices.push(createDevice(random));
    return {
      id: uuidText(random),
      devices,
      home,
      mobile: { ip: drawIp(random), locale: home.locale },
      trip: null,
      tripSessions: 0,
      seconds: new UsedSeconds(),
    };
  }
}

export function drawPlace(random: Random): Place {
  return { ip: drawIp(random), locale: drawLocale(random) };
}

function createDevice(random: Random): Device {
  return {
    id: random.chance(0.01) ? drawLegacyDeviceId(random) : uuidText(random),
    type: drawDeviceType(random),
    appVersion: drawAppVersion(random),
    textTimestamp: random.chance(0.03),
  };
}
