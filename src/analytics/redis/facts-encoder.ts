import type { EnrichedLogin } from '../../pipeline/login.js';
import { Filtered, Rejected } from '../../pipeline/outcome.js';
import type { Outcome } from '../../pipeline/outcome.js';
import { ReadValues } from '../current-values.js';
import { hourOfWeek } from '../summary/activity.js';
import { IpKey } from '../tables/ip-key.js';
import { KeyHash } from '../tables/key-hash.js';
import { FACT, KIND, otherName } from './batch-facts.js';
import type { BatchFacts } from './batch-facts.js';
import { HashedIds } from './hashed-ids.js';
import { Numbered } from './numbered.js';
import type { StoreLayout } from './store-layout.js';
import { ValueKeys } from './value-keys.js';

const TIME_BYTES = 5;
const PLACE_BYTES = 6;

export interface EncodedBatch extends BatchFacts {
  /** Hashes of the users and of the devices. */
  readonly userIds: Buffer;
  readonly deviceIds: Buffer;
}

/** Says in bytes what the script has to know of a batch. */
export class FactsEncoder {
  private readonly keyed: KeyHash;
  private readonly plain = new KeyHash([0, 0]);
  private readonly ip = new IpKey();
  private readonly values: ReadValues;
  private readonly valueKeys: ValueKeys;

  /**
   * @param key of the hashes
   * @param dedupeMs how far apart arrivals of duplicates may be
   */
  constructor(
    private readonly layout: StoreLayout,
    key: readonly [number, number],
    dedupeMs: number,
  ) {
    this.keyed = new KeyHash(key);
    this.values = new ReadValues(layout.remembered);
    this.valueKeys = new ValueKeys(dedupeMs, new KeyHash(key));
  }

  encode(partition: number, outcomes: readonly Outcome[]): EncodedBatch {
    const { stride } = this.layout;
    const bytes = Buffer.alloc(outcomes.length * stride);
    const first = offsetOf(outcomes[0]);
    const batch = new BatchNumbers(this.keyed, this.plain);
    for (let index = 0, at = 0; index < outcomes.length; index++, at += stride) {
      const outcome = outcomes[index];
      bytes.writeUInt32LE(offsetOf(outcome) - first, at + FACT.offset);
      if (outcome instanceof Rejected) {
        bytes[at + FACT.kind] = KIND.error;
        bytes[at + FACT.other] = batch.others.of(otherName('error', outcome.errorType));
      } else if (outcome instanceof Filtered) {
        bytes[at + FACT.kind] = KIND.filtered;
        bytes[at + FACT.other] = batch.others.of(otherName('filtered', outcome.reason));
      } else this.encodeLogin(outcome as EnrichedLogin, partition, batch, bytes, at);
    }
    return { bytes, records: outcomes.length, first, ...batch.encoded };
  }

  private encodeLogin(
    login: EnrichedLogin,
    partition: number,
    batch: BatchNumbers,
    bytes: Buffer,
    at: number,
  ): void {
    const { layout, ip } = this;
    const time = login.event_time;
    bytes.writeUInt16LE(batch.users.of(login.user_id), at + FACT.user);
    bytes.writeUInt16LE(batch.devices.of(login.device_id), at + FACT.device);
    bytes.writeUInt16LE(batch.versions.of(login.app_version), at + FACT.version);
    bytes.writeUInt16LE(batch.locales.of(login.locale), at + FACT.locale);
    // These are there where they are counted.
    bytes.writeUInt16LE(batch.types.of(login.device_type_lower ?? ''), at + FACT.type);
    bytes.writeUInt16LE(batch.regions.of(login.region ?? ''), at + FACT.region);
    const country = login.ip_country ?? null;
    if (country !== null) bytes.writeUInt16LE(batch.countries.of(country), at + FACT.country);
    bytes[at + FACT.hour] = hourOfWeek(time);
    bytes.writeUIntLE(time, at + FACT.time, TIME_BYTES);
    ip.read(login.ip);
    bytes[at + FACT.ipLength] = ip.isIpv4 ? 4 : 16;
    for (let word = ip.isIpv4 ? 3 : 0, to = at + FACT.ip; word < 4; word++, to += 4)
      bytes.writeInt32BE(ip.words[word], to);
    if (layout.dedupes) this.encodePlace(login, partition, bytes, at + layout.dedupeAt);
    if (layout.remembered.length === 0) return;
    const current = this.values.read(login);
    for (let field = 0, to = at + layout.valuesAt; field < current.length; field++, to += 5)
      bytes.writeUIntLE(current[field] + 1, to, 5);
  }

  private encodePlace({ raw }: EnrichedLogin, partition: number, bytes: Buffer, at: number): void {
    const arrival = Number(raw.timestamp);
    bytes.writeIntLE(arrival, at, PLACE_BYTES);
    bytes.writeUInt32LE(partition, at + 6);
    bytes.writeUIntLE(Number(raw.offset), at + 10, PLACE_BYTES);
    this.valueKeys.write(raw.value!, arrival, bytes, at + 16); // a login has a value
  }
}

class BatchNumbers {
  readonly users: HashedIds;
  readonly devices: HashedIds;
  readonly versions = new Numbered();
  readonly locales = new Numbered();
  readonly types = new Numbered();
  readonly regions = new Numbered();
  readonly countries = new Numbered();
  readonly others = new Numbered();

  constructor(keyed: KeyHash, plain: KeyHash) {
    this.users = new HashedIds(keyed, plain);
    this.devices = new HashedIds(keyed);
  }

  get encoded() {
    const duplicate = this.others.of(otherName('filtered', 'duplicate'));
    const names = {
      ...{ versions: this.versions.texts, locales: this.locales.texts, types: this.types.texts },
      ...{
        regions: this.regions.texts,
        countries: this.countries.texts,
        others: this.others.texts,
        duplicate,
      },
    };
    const { users, devices } = this;
    const ids = { userIds: users.encoded, deviceIds: devices.encoded };
    return { names, users: users.count, devices: devices.count, ...ids };
  }
}

/** Offset of the record that an outcome is of. */
export const offsetOf = (outcome: Outcome): number =>
  Number(outcome instanceof Filtered ? outcome.login.raw.offset : outcome.raw.offset);
