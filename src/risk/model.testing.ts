import { StateModel } from '../analytics/model.testing.js';
import { ipNumber } from '../analytics/model-login.testing.js';
import type { ModelLogin } from '../analytics/model-login.testing.js';
import { COUNTRY_CENTRES } from './data/country-centres.js';

type Place = Pick<ModelLogin, 'user_id' | 'device_id' | 'ip' | 'ip_country' | 'event_time'>;

/**
 * A second implementation of the default risk rules, from the documentation: it keeps every login, and looks through all of
 * them at each. Distances are worked out another way.
 */
export class RiskModel {
  private readonly logins: Place[] = [];

  constructor(private readonly windowSeconds = 86_400) {}

  /** @returns the fields of the record, in its order */
  apply(login: Place) {
    const ofUser = this.logins.filter(({ user_id }) => user_id === login.user_id);
    const ofDevice = this.logins.filter(({ device_id }) => device_id === login.device_id);
    this.logins.push(login);
    const weights = {
      several_ips: this.othersNear(ofUser, login, ({ ip }) => ipNumber(ip)) >= 1 ? 25 : 0,
      impossible_travel: this.isImpossibleTravel(ofUser, login) ? 60 : 0,
      new_device: isNewDevice(ofUser, login) ? 20 : 0,
      shared_device: this.othersNear(ofDevice, login, ({ user_id }) => user_id) >= 2 ? 25 : 0,
      login_burst: isBurst(ofUser, login) ? 30 : 0,
    };
    const fired = Object.entries(weights).filter(([, weight]) => weight > 0);
    const sum = fired.reduce((total, [, weight]) => total + weight, 0);
    return { risk_score: sum > 100 ? 100 : sum, risk_reasons: fired.map(([reason]) => reason) };
  }

  /** Of the two latest keys, those that are others and near. */
  private othersNear<Key>(before: readonly Place[], login: Place, keyOf: (login: Place) => Key): number {
    const { windowSeconds } = this;
    return latestTwo(before, keyOf).filter(
      ([key, time]) =>
        key !== keyOf(login) && (windowSeconds === 0 || Math.abs(time - login.event_time) <= windowSeconds),
    ).length;
  }

  private isImpossibleTravel(before: readonly Place[], { ip_country, event_time }: Place): boolean {
    if (ip_country === null) return false;
    const places = before.filter((other) => other.ip_country !== null);
    return latestTwo(places, (other) => other.ip_country!).some(([country, time]) => {
      if (country === ip_country) return false;
      const kilometres = haversine(COUNTRY_CENTRES[country], COUNTRY_CENTRES[ip_country]);
      const hours = Math.abs(time - event_time) / 3600;
      return kilometres > 500 && (hours === 0 || kilometres / hours > 1000);
    });
  }
}

/** The two keys with the greatest times; of equal times the one that comes first in the order of keys. */
function latestTwo<Key>(logins: readonly Place[], keyOf: (login: Place) => Key): [Key, number][] {
  const latest = new Map<Key, number>();
  for (const login of logins)
    latest.set(keyOf(login), Math.max(latest.get(keyOf(login)) ?? 0, login.event_time));
  return [...latest].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 2);
}

function isNewDevice(ofUser: readonly Place[], { device_id }: Place): boolean {
  const known = latestTwo(ofUser, (other) => other.device_id).map(([device]) => device);
  return known.length > 0 && !known.includes(device_id);
}

function isBurst(ofUser: readonly Place[], { event_time }: Place): boolean {
  const latest = ofUser
    .map((other) => other.event_time)
    .sort((a, b) => b - a)
    .slice(0, 4);
  const all = [...latest, event_time].sort((a, b) => a - b);
  return all.length === 5 && all[4] - all[0] <= 60;
}

/** Kilometres along a great circle. */
function haversine([aNorth, aEast]: readonly number[], [bNorth, bEast]: readonly number[]): number {
  const radians = (degrees: number) => (degrees / 180) * Math.PI;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const h =
    half(bNorth - aNorth) + Math.cos(radians(aNorth)) * Math.cos(radians(bNorth)) * half(bEast - aEast);
  return 6371 * 2 * Math.atan2(Math.sqrt(h), Math.sqrt(1 - h));
}

/** The whole state of the standard profile, risk included. */
export class StateModelWithRisk extends StateModel {
  private readonly risk: RiskModel;

  constructor(...[settings, isSmallerUser]: ConstructorParameters<typeof StateModel>) {
    super(settings, isSmallerUser);
    this.risk = new RiskModel(settings?.windowSeconds);
  }

  override apply(login: ModelLogin) {
    const fields = super.apply(login);
    return fields && { ...fields, ...this.risk.apply(login) };
  }
}
