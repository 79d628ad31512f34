import type { AnalyticsSettings } from '../config/analytics.settings.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import type { TableFigures } from './summary/summarizer.js';
import { DevicesTable } from './tables/devices-table.js';
import { IpKey } from './tables/ip-key.js';
import { KeyHash } from './tables/key-hash.js';
import { LocaleIds } from './tables/locale-ids.js';
import { UniqueCounter } from './tables/unique-counter.js';
import { UsersTable } from './tables/users-table.js';

/** The tables keep event times in 40 bits, which is enough for 34,000 years. */
const MOST_EVENT_TIME = 2 ** 40 - 1;

/** Locales that users' rows may refer to at once; there are some hundred in the world. Further ones count as one. */
const MOST_LOCALES = 65_536;

/** What is remembered by user and by device: flags, sessions, how many there are. */
export class LoginTables {
  readonly users: UsersTable;
  readonly devices: DevicesTable;
  private readonly locales: LocaleIds;
  private readonly uniqueUsers = new UniqueCounter();
  private readonly uniqueDevices = new UniqueCounter();
  private readonly user: KeyHash;
  private readonly device: KeyHash;
  /** Of the user in a device's row. Without a key, as their order decides between equal times: a replay decides the same. */
  private readonly deviceUser = new KeyHash([0, 0]);
  private readonly ip = new IpKey();

  /** @param key of the hashes that stand for users and devices: nobody can choose ids that collide without it */
  constructor(settings: AnalyticsSettings, key: readonly [number, number]) {
    const { maxUsers, maxDevices, windowSeconds, sessionGapSeconds } = settings;
    this.locales = new LocaleIds(MOST_LOCALES, (mark) => this.users.eachLocaleId(mark));
    this.users = new UsersTable(maxUsers, windowSeconds, sessionGapSeconds, this.locales);
    this.devices = new DevicesTable(maxDevices, windowSeconds);
    this.user = new KeyHash(key);
    this.device = new KeyHash(key);
  }

  /** Applies a processed login and writes what the tables say onto it. */
  apply(login: EnrichedLogin): void {
    const { users, devices, user, device } = this;
    const time = Math.min(login.event_time, MOST_EVENT_TIME);
    user.ofString(login.user_id);
    device.ofString(login.device_id);
    this.ip.read(login.ip);
    users.login(user, this.ip, this.locales.idOf(login.locale), time);
    this.deviceUser.ofString(login.user_id);
    devices.login(device, this.deviceUser, time);
    if (users.sessionStarted) users.setSessionId(users.sessionRow, login.user_id, login.event_time);
    login.suspicious_login = users.suspicious;
    login.logs_from_multiple_locations = users.multipleLocations;
    login.shared_device = devices.shared;
    login.session_id = users.sessionIdOf(users.sessionRow);
    login.session_count = users.sessionCount;
    login.session_logins = users.sessionLogins;
    this.uniqueUsers.add(user.hi, user.lo);
    this.uniqueDevices.add(device.hi, device.lo);
  }

  /** How often a locale found no room among those that are remembered. */
  get sharedLocales(): number {
    return this.locales.shared;
  }

  get figures(): TableFigures {
    return {
      uniqueUsers: this.uniqueUsers.count,
      uniqueDevices: this.uniqueDevices.count,
      sharedDevices: this.devices.sharedDevices,
      sessionsStarted: this.users.sessionsStarted,
      activeSessions: this.users.activeSessions,
    };
  }
}
