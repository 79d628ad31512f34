import type { Device, Place, User } from './population.js';
import { drawPlace, Population } from './population.js';
import type { Random } from './random.js';
import { drawAppVersion, drawIp } from './vocabulary.js';

/** Several logins of one user, with one device, from one place. */
export interface Session {
  readonly user: User;
  readonly device: Device;
  readonly place: Place;
  loginsLeft: number;
}

/** How many sessions are open at a time: it sets how far apart the logins of a session are. */
const OPEN_SESSIONS = 200;

const NEWCOMER = 0.02;
const APP_UPDATE = 0.002;
const TRIP_STARTS = 0.03;
const ON_MOBILE = 0.2;
const MOBILE_ADDRESS_CHANGES = 0.2;
const FIRST_DEVICE = 0.8;
const SESSION_GOES_ON = 0.6;
const MOST_LOGINS = 8;

/** Decides who logs in next. It never looks at the time, so the rate doesn't change who does. */
export class Sessions {
  private readonly population: Population;
  private readonly open: Session[] = [];

  /** @param users how many there are at the beginning */
  constructor(
    private readonly random: Random,
    users: number,
  ) {
    this.population = new Population(random, users);
    while (this.open.length < OPEN_SESSIONS) this.open.push(this.start());
  }

  /** The session in which the next login happens. */
  next(): Session {
    const slot = this.random.below(OPEN_SESSIONS);
    const session = this.open[slot];
    if (--session.loginsLeft === 0) this.open[slot] = this.start();
    return session;
  }

  private start(): Session {
    const { random } = this;
    const user = random.chance(NEWCOMER) ? this.population.addNewcomer() : this.population.pickActive();
    const device = random.chance(FIRST_DEVICE) ? user.devices[0] : random.oneOf(user.devices);
    if (random.chance(APP_UPDATE)) device.appVersion = drawAppVersion(random);
    let loginsLeft = 1;
    while (loginsLeft < MOST_LOGINS && random.chance(SESSION_GOES_ON)) loginsLeft++;
    return { user, device, place: this.placeOf(user), loginsLeft };
  }

  private placeOf(user: User): Place {
    const { random } = this;
    if (user.tripSessions === 0 && random.chance(TRIP_STARTS)) {
      user.trip = drawPlace(random);
      user.tripSessions = random.between(1, 4);
    }
    if (user.trip && user.tripSessions > 0) {
      user.tripSessions--;
      return user.trip;
    }
    if (!random.chance(ON_MOBILE)) return user.home;
    if (random.chance(MOBILE_ADDRESS_CHANGES)) user.mobile = { ip: drawIp(random), locale: user.home.locale };
    return user.mobile;
  }
}
