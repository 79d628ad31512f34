import type { Random } from '../../../src/cli/generator/random.js';

const VERSIONS = ['1.9.9', '2.0.0', '2.3.0', '2.3.1', '10.0.0'];
const LOCALES = ['NC', 'TX', 'CA', 'NY', 'RU', 'de-DE', 'BR', 'IN', 'es-419'];
const DEVICE_TYPES = ['android', 'Android', 'iOS', 'ios'];
const ADDRESSES = [
  ...['10.0.0.1', '192.168.7.7', '127.0.0.1', '8.8.8.8', '::ffff:8.8.8.8', '193.0.6.139', '133.11.0.1'],
  ...['53.0.0.1', '18.7.22.69', '200.160.2.3', '2001:200::1', '2a00:1450:4001::8'],
];

export interface ChaosLogin {
  readonly user_id: string;
  readonly app_version: string;
  readonly device_type: string;
  readonly ip: string;
  readonly locale: string;
  readonly device_id: string;
  readonly timestamp: number;
}

/**
 * Some users who share some devices, and log in through one partition only: what is said of them depends on the order of
 * that partition, and not on how partitions interleave.
 */
export class Household {
  /** Who logged in at a second: which of two users at the same one comes first is decided by a hash. */
  private readonly taken = new Map<number, number>();

  /** @param name part of its users' and devices' ids */
  constructor(
    private readonly name: string,
    private readonly users = 3,
    private readonly devices = 2,
  ) {}

  login(random: Random, seconds: number): ChaosLogin {
    return this.loginOf(random.below(this.users), random, seconds);
  }

  /** One login of each user. */
  everybody(random: Random, seconds: number): ChaosLogin[] {
    return Array.from({ length: this.users }, (_, user) => this.loginOf(user, random, seconds));
  }

  private loginOf(user: number, random: Random, seconds: number): ChaosLogin {
    return {
      user_id: `user-${this.name}-${user}`,
      app_version: random.oneOf(VERSIONS),
      device_type: random.oneOf(DEVICE_TYPES),
      ip: random.chance(0.7) ? ADDRESSES[user] : random.oneOf(ADDRESSES),
      locale: random.chance(0.8) ? LOCALES[user] : random.oneOf(LOCALES),
      device_id: `device-${this.name}-${random.below(this.devices)}`,
      timestamp: this.secondOf(user, seconds),
    };
  }

  private secondOf(user: number, seconds: number): number {
    let second = seconds;
    while ((this.taken.get(second) ?? user) !== user) second--;
    this.taken.set(second, user);
    return second;
  }
}
