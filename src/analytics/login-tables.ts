import type { AnalyticsSettings } from '../config/analytics.settings.js';
import { MOST_STATE_TIME } from '../enrichment/state-handles.js';
import type { StateHandle, StateKey } from '../enrichment/state-handles.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { ReadValues } from './current-values.js';
import type { StateDemand } from './state-demand.js';
import type { ImageColumn } from './state-image.js';
import type { TableFigures } from './summary/summary-writer.js';
import { DevicesTable } from './tables/devices-table.js';
import { IpKey } from './tables/ip-key.js';
import { KeyHash } from './tables/key-hash.js';
import { LocaleIds } from './tables/locale-ids.js';
import { MOST_LOCALE_ID } from './tables/locale-pair.js';
import { StateColumns } from './tables/state-columns.js';
import type { StoredPart } from './tables/stored-part.js';
import { UniqueCounter } from './tables/unique-counter.js';
import { UsersTable } from './tables/users-table.js';

/** By what a user's state is found and erased. */
export interface UserKeys {
  /** Hash of the user's row. */
  readonly hi: number;
  readonly lo: number;
  /** Hash of the user in the rows of devices. */
  readonly deviceHi: number;
  readonly deviceLo: number;
}

const NO_KEY = [0, 0] as const;

/** @param key of the state's hashes */
export function userKeysOf(userId: string, key: readonly [number, number]): UserKeys {
  const [user, deviceUser] = [new KeyHash(key), new KeyHash(NO_KEY)];
  user.ofString(userId);
  deviceUser.ofString(userId);
  return { hi: user.hi, lo: user.lo, deviceHi: deviceUser.hi, deviceLo: deviceUser.lo };
}

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
  private readonly deviceUser = new KeyHash(NO_KEY);
  private readonly ip = new IpKey();
  /** Which fields are written. */
  private readonly writes;

  /** @param key of the hashes that stand for users and devices: nobody can choose ids that collide without it */
  constructor(
    settings: AnalyticsSettings,
    private readonly key: readonly [number, number],
    { parts, fields, handles }: StateDemand,
  ) {
    const { maxUsers, maxDevices, windowSeconds, sessionGapSeconds } = settings;
    // There are some hundred in the world. Further ones count as one.
    this.locales = new LocaleIds(MOST_LOCALE_ID, (mark) => this.users?.eachLocaleId(mark));
    this.users = parts.has('users')
      ? new UsersTable(maxUsers, windowSeconds, sessionGapSeconds, this.locales, this.ip)
      : null;
    this.devices = parts.has('devices') ? new DevicesTable(maxDevices, windowSeconds) : null;
    this.uniqueUsers = parts.has('uniqueUsers') ? new UniqueCounter() : null;
    this.uniqueDevices = parts.has('uniqueDevices') ? new UniqueCounter() : null;
    const remembered = [...new Set(handles.flatMap(({ spec }) => ('of' in spec ? [spec.of] : [])))];
    this.values = new ReadValues(remembered);
    this.userState = columnsFor('user_id', maxUsers, handles, remembered);
    this.deviceState = columnsFor('device_id', maxDevices, handles, remembered);
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
    const time = Math.min(login.event_time, MOST_STATE_TIME);
    if (users !== null) {
      this.ip.read(login.ip);
      users.login(user, this.locales.idOf(login.locale), time);
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

  keysOf(userId: string): UserKeys {
    return userKeysOf(userId, this.key);
  }

  /**
   * Erases one user. Counts and estimates stay: they say nothing of a person.
   *
   * @returns whether there was a row
   */
  forget({ hi, lo, deviceHi, deviceLo }: UserKeys): boolean {
    const { users, devices, uniqueUsers, userState, deviceState } = this;
    uniqueUsers?.forget(hi, lo);
    const row = users?.forget({ hi, lo }) ?? -1;
    if (row >= 0) userState?.remove(row, users!.size);
    if (devices !== null) {
      devices.forgetUser({ hi: deviceHi, lo: deviceLo });
      deviceState?.forgetValue('user_id', deviceLo >>> 0, devices.size, (each) => devices.keep(each));
    }
    return row >= 0;
  }

  /** Bytes of memory that the rows in use take. */
  get bytes(): number {
    const { users, devices, userState, deviceState } = this;
    const ofUsers = users === null ? 0 : users.bytes + 4 * users.size * (userState?.stride ?? 0);
    const ofDevices = devices === null ? 0 : devices.bytes + 4 * devices.size * (deviceState?.stride ?? 0);
    return ofUsers + ofDevices;
  }

  /** Null: that part is not kept. */
  facts(): object {
    const { users, devices, uniqueUsers, uniqueDevices, locales } = this;
    return {
      locales: locales.facts(),
      users: users?.facts() ?? null,
      devices: devices?.facts() ?? null,
      uniqueUsers: uniqueUsers?.facts() ?? null,
      uniqueDevices: uniqueDevices?.facts() ?? null,
    };
  }

  openImage(): ImageColumn[] {
    return [
      ...(this.users?.openImage(arrayOf(this.userState)) ?? []),
      ...(this.devices?.openImage(arrayOf(this.deviceState)) ?? []),
      ...(this.uniqueUsers?.imageColumns('uniqueUsers') ?? []),
      ...(this.uniqueDevices?.imageColumns('uniqueDevices') ?? []),
    ];
  }

  closeImage(): void {
    this.users?.closeImage();
    this.devices?.closeImage();
  }

  /** Takes the parts of an image into empty tables. */
  async restore(state: StoredPart): Promise<void> {
    this.locales.restore(state.part('locales'));
    await this.users?.restore(state.part('users'), arrayOf(this.userState));
    await this.devices?.restore(state.part('devices'), arrayOf(this.deviceState));
    await this.uniqueUsers?.restore(state.part('uniqueUsers'));
    await this.uniqueDevices?.restore(state.part('uniqueDevices'));
  }

  /** How often a locale found no room among those that are remembered. */
  get sharedLocales(): number {
    return this.locales.shared;
  }

  /** Each is worked out when it is asked for: estimates take their time. */
  get figures(): TableFigures {
    const { users, devices, uniqueUsers, uniqueDevices } = this;
    return {
      get uniqueUsers() {
        return uniqueUsers?.count ?? 0;
      },
      get uniqueDevices() {
        return uniqueDevices?.count ?? 0;
      },
      sharedDevices: devices?.sharedDevices ?? 0,
      sessionsStarted: users?.sessionsStarted ?? 0,
      activeSessions: users?.activeSessions ?? 0,
    };
  }
}

function columnsFor(
  per: StateKey,
  capacity: number,
  handles: readonly StateHandle[],
  remembered: readonly string[],
): StateColumns | null {
  const its = handles.filter(({ spec }) => spec.per === per);
  return its.length === 0 ? null : new StateColumns(capacity, its, remembered);
}

const arrayOf = (state: StateColumns | null) => (state === null ? [] : [state.array]);
