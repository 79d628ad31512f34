import type { AnalyticsSettings } from '../config/analytics.settings.js';
import type { StateHandle, StateKey } from '../enrichment/state-handles.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { ReadValues } from './current-values.js';
import type { StateDemand } from './state-demand.js';
import type { TableFigures } from './summary/summarizer.js';
import { DevicesTable } from './tables/devices-table.js';
import { IpKey } from './tables/ip-key.js';
import { KeyHash } from './tables/key-hash.js';
import { LocaleIds } from './tables/locale-ids.js';
import { StateColumns } from './tables/state-columns.js';
import type { RowCount } from './tables/state-columns.js';
import { UniqueCounter } from './tables/unique-counter.js';
import { UsersTable } from './tables/users-table.js';

/** The tables keep event times in 40 bits, which is enough for 34,000 years. */
const MOST_EVENT_TIME = 2 ** 40 - 1;

/** Locales that users' rows may refer to at once; there are some hundred in the world. Further ones count as one. */
const MOST_LOCALES = 65_536;

/** What is remembered by user and by device: flags, sessions, what processors want, how many there are. Nothing that nobody demands. */
export class LoginTables {
  readonly users: UsersTable | null;
  readonly devices: DevicesTable | null;
  private readonly locales: LocaleIds;
  private readonly uniqueUsers: UniqueCounter | null;
  private readonly uniqueDevices: UniqueCounter | null;
  private readonly userState: StateColumns | null;
  private readonly deviceState: StateColumns | null;
  private readonly values: ReadValues;
  private readonly user: KeyHash;
  private readonly device: KeyHash;
  /** Of the user in a device's row. Without a key, as their order decides between equal times: a replay decides the same. */
  private readonly deviceUser = new KeyHash([0, 0]);
  private readonly ip = new IpKey();
  /** Which fields are written. */
  private readonly writes;

  /** @param key of the hashes that stand for users and devices: nobody can choose ids that collide without it */
  constructor(
    settings: AnalyticsSettings,
    key: readonly [number, number],
    { parts, fields, handles }: StateDemand,
  ) {
    const { maxUsers, maxDevices, windowSeconds, sessionGapSeconds } = settings;
    this.locales = new LocaleIds(MOST_LOCALES, (mark) => this.users?.eachLocaleId(mark));
    this.users = parts.has('users')
      ? new UsersTable(maxUsers, windowSeconds, sessionGapSeconds, this.locales)
      : null;
    this.devices = parts.has('devices') ? new DevicesTable(maxDevices, windowSeconds) : null;
    this.uniqueUsers = parts.has('uniqueUsers') ? new UniqueCounter() : null;
    this.uniqueDevices = parts.has('uniqueDevices') ? new UniqueCounter() : null;
    const remembered = [...new Set(handles.flatMap(({ spec }) => ('of' in spec ? [spec.of] : [])))];
    this.values = new ReadValues(remembered);
    this.userState = columnsFor('user_id', this.users, maxUsers, handles, remembered);
    this.deviceState = columnsFor('device_id', this.devices, maxDevices, handles, remembered);
    this.user = new KeyHash(key);
    this.device = new KeyHash(key);
    this.writes = {
      suspicious: fields.has('suspicious_login'),
      locations: fields.has('logs_from_multiple_locations'),
      ips: fields.has('ips_in_window'),
      shared: fields.has('shared_device'),
      users: fields.has('users_in_window'),
      sessionId: fields.has('session_id'),
      sessionCount: fields.has('session_count'),
      sessionLogins: fields.has('session_logins'),
    };
  }

  /**
   * Applies a processed login, writes what the tables say onto it, and fills the handles with what was remembered before it.
   *
   * @returns whether it is suspicious
   */
  apply(login: EnrichedLogin): boolean {
    const { users, devices, user, device, userState, deviceState, writes } = this;
    user.ofString(login.user_id);
    device.ofString(login.device_id);
    this.uniqueUsers?.add(user.hi, user.lo);
    this.uniqueDevices?.add(device.hi, device.lo);
    const time = Math.min(login.event_time, MOST_EVENT_TIME);
    if (users !== null) {
      this.ip.read(login.ip);
      users.login(user, this.ip, this.locales.idOf(login.locale), time);
      if (writes.suspicious) login.suspicious_login = users.otherIps > 0;
      if (writes.locations) login.logs_from_multiple_locations = users.otherLocales > 0;
    }
    if (devices !== null) {
      this.deviceUser.ofString(login.user_id);
      devices.login(device, this.deviceUser, time);
      if (writes.shared) login.shared_device = devices.otherUsers > 0;
    }
    if (users !== null) {
      if (writes.sessionId) {
        if (users.sessionStarted) users.setSessionId(users.row, login.user_id, login.event_time);
        login.session_id = users.sessionIdOf(users.row);
      }
      if (writes.sessionCount) login.session_count = users.sessionCount;
      if (writes.sessionLogins) login.session_logins = users.sessionLogins;
      if (writes.ips) login.ips_in_window = users.otherIps + 1;
    }
    if (devices !== null && writes.users) login.users_in_window = devices.otherUsers + 1;
    if (userState !== null || deviceState !== null) {
      const current = this.values.read(login);
      userState?.see(users!.row, users!.isNew, current, time);
      deviceState?.see(devices!.row, devices!.isNew, current, time);
    }
    return users !== null && users.otherIps > 0;
  }

  /** How often a locale found no room among those that are remembered. */
  get sharedLocales(): number {
    return this.locales.shared;
  }

  get figures(): TableFigures {
    return {
      uniqueUsers: this.uniqueUsers?.count ?? 0,
      uniqueDevices: this.uniqueDevices?.count ?? 0,
      sharedDevices: this.devices?.sharedDevices ?? 0,
      sessionsStarted: this.users?.sessionsStarted ?? 0,
      activeSessions: this.users?.activeSessions ?? 0,
    };
  }
}

function columnsFor(
  per: StateKey,
  table: Pick<RowCount, 'size'> | null,
  capacity: number,
  handles: readonly StateHandle[],
  remembered: readonly string[],
): StateColumns | null {
  const its = handles.filter(({ spec }) => spec.per === per);
  if (table === null || its.length === 0) return null;
  return new StateColumns({ capacity, get size() { return table.size; } }, its, remembered); // prettier-ignore
}
