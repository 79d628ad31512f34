import { hash } from 'node:crypto';
import type { LateRunner } from '../../enrichment/processor-runner.js';
import type { EnrichedLogin } from '../../pipeline/login.js';
import { Filtered, Rejected } from '../../pipeline/outcome.js';
import type { FilterReason, Outcome } from '../../pipeline/outcome.js';
import { StateDiverged } from '../state-diverged.error.js';
import type { BatchPosition, DueSummary } from '../state-store.js';
import { FACT, KIND, whatOf } from './batch-facts.js';
import { offsetOf } from './facts-encoder.js';
import { RememberedReplay } from './remembered-replay.js';
import type { AppliedEntry } from './replies.js';
import { RunningTotals } from './running-totals.js';
import type { StoreLayout } from './store-layout.js';
import { summaryOf, windowAfter } from './summary-of.js';

/** Bytes of a record's result, and where its parts are. */
const RESULT_BYTES = 15;
const RESULT = { flags: 0, more: 1, sessions: 2, logins: 6, first: 10 } as const;
const DUPLICATE = 1;
const USER_IS_NEW = 1;
const DEVICE_IS_NEW = 2;
const ID_DIGITS = 16;

/** The outcomes that results are written onto. */
export interface ReplayTarget {
  readonly position: BatchPosition;
  readonly outcomes: Outcome[];
  readonly late: LateRunner | null;
}

const WORDS = { [KIND.login]: 'a login', [KIND.filtered]: 'filtered', [KIND.error]: 'an error' } as const;
type Kind = keyof typeof WORDS;

/** With other settings a record was counted as something else than it is with these. */
export class JudgedOtherwise extends StateDiverged {
  constructor(
    readonly offset: number,
    counted: Kind,
    now: Kind,
  ) {
    super(
      `The record at offset ${offset} was counted as ${WORDS[counted]}, and is ${WORDS[now]} with the settings of this instance. ` +
        'Start one instance with the former settings until it is written, or reset the state: login-stream state reset',
    );
  }
}

const isTooLarge = (outcome: Outcome | null): boolean =>
  outcome instanceof Rejected && outcome.errorType === 'output_too_large';

function kindOf(outcome: Outcome): Kind {
  if (outcome instanceof Rejected) return KIND.error;
  return outcome instanceof Filtered ? KIND.filtered : KIND.login;
}

/** Says again, record by record, what became of a batch: writes the fields onto logins, fills the handles, makes the summaries. */
export class EntryReplay {
  private readonly totals: RunningTotals;
  private readonly users: RememberedReplay | null;
  private readonly devices: RememberedReplay | null;
  private readonly current: Float64Array;
  private readonly writes;
  private readonly counts;

  constructor(
    private readonly layout: StoreLayout,
    private readonly entry: AppliedEntry,
    mapLimit: number,
  ) {
    const { facts, before, userStates, deviceStates } = entry;
    const { fields, parts } = layout.demand;
    this.totals = new RunningTotals(facts.names, before, mapLimit);
    this.users = userStates && new RememberedReplay(layout.userColumns, userStates, facts.users);
    this.devices = deviceStates && new RememberedReplay(layout.deviceColumns, deviceStates, facts.devices);
    this.current = new Float64Array(layout.remembered.length);
    this.counts = {
      ...{ versions: parts.has('versions'), locales: parts.has('locales'), types: parts.has('deviceTypes') },
      ...{ regions: parts.has('regions'), countries: parts.has('countries'), hours: parts.has('activity') },
    };
    this.writes = {
      versions: fields.has('total_logins_for_version'),
      locales: fields.has('total_logins_from_locale'),
      mostCommon: fields.has('most_common_device_type'),
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
   * @param index number of the first outcome that this entry may be about
   * @returns the number of the first that it is not about, and the summaries that are due
   */
  run(target: ReplayTarget, index: number): { readonly next: number; readonly due: DueSummary[] } {
    const { entry, layout } = this;
    const { facts, from } = entry;
    const { outcomes } = target;
    const due: DueSummary[] = [];
    let next = index;
    let summaries = 0;
    for (let record = 0, at = 0; record < facts.records; record++, at += layout.stride) {
      const offset = facts.first + facts.bytes.readUInt32LE(at + FACT.offset);
      if (offset < from) continue;
      const isTarget = next < outcomes.length && offsetOf(outcomes[next]) === offset;
      this.replay(record, at, target, isTarget ? next : -1);
      if (isTarget) next++;
      if (entry.due[summaries]?.record === record) {
        const { sequence, tables } = entry.due[summaries++];
        const said = { totals: this.totals, tables, sequence, now: entry.now };
        if (isTarget) due.push({ summary: summaryOf(said, layout.summaryWriter), offset });
        this.totals.window = windowAfter(said);
      }
    }
    return { next, due };
  }

  private replay(record: number, at: number, target: ReplayTarget, index: number): void {
    const { bytes, names } = this.entry.facts;
    const kind = bytes[at + FACT.kind] as Kind;
    const outcome = index < 0 ? null : target.outcomes[index];
    const now = outcome === null ? kind : kindOf(outcome);
    // What state has counted is what has to be written, and a login can be written as filtered. One that its topic takes no longer
    // can be written as an error only.
    const fits = now === kind || (kind === KIND.filtered && now === KIND.login) || isTooLarge(outcome);
    if (!fits) throw new JudgedOtherwise(offsetOf(outcome!), kind, now);
    const login = outcome !== null && now === KIND.login ? (outcome as EnrichedLogin) : null;
    if (kind !== KIND.login) {
      const other = bytes[at + FACT.other];
      this.totals.countOther(kind === KIND.error ? 'error' : 'filtered', other);
      if (outcome === null || kind === KIND.error) return;
      const reason = whatOf(names.others[other - 1]) as FilterReason;
      const its = login ?? (outcome as Filtered).login;
      target.outcomes[index] = new Filtered(its, reason);
    } else if (this.entry.results[record * RESULT_BYTES] === DUPLICATE) {
      this.totals.countOther('filtered', names.duplicate);
      if (login !== null) target.outcomes[index] = new Filtered(login, 'duplicate');
    } else {
      this.replayLogin(record * RESULT_BYTES, at, login);
      if (login !== null && target.late !== null) target.late(login, target.position);
    }
  }

  private replayLogin(result: number, at: number, login: EnrichedLogin | null): void {
    const { totals, counts, writes, users, devices } = this;
    const { results, facts } = this.entry;
    const { bytes } = facts;
    totals.processed++;
    if (counts.versions) {
      const { count } = totals.versions.add(bytes.readUInt16LE(at + FACT.version));
      if (login !== null && writes.versions) login.total_logins_for_version = count;
    }
    if (counts.locales) {
      const { count } = totals.locales.add(bytes.readUInt16LE(at + FACT.locale));
      if (login !== null && writes.locales) login.total_logins_from_locale = count;
    }
    if (counts.types) {
      const most = totals.countType(bytes.readUInt16LE(at + FACT.type));
      if (login !== null && writes.mostCommon) login.most_common_device_type = most;
    }
    if (counts.regions) totals.regions.add(bytes.readUInt16LE(at + FACT.region));
    const country = bytes.readUInt16LE(at + FACT.country);
    if (counts.countries && country > 0) totals.countries.add(country);
    if (counts.hours) totals.hours[bytes[at + FACT.hour]]++;
    const flags = results[result + RESULT.flags];
    const ips = (flags >>> 1) & 3;
    if (ips > 0) totals.suspicious++;
    if (login !== null) this.write(login, flags, result);
    if (users === null && devices === null) return;
    const time = bytes.readUIntLE(at + FACT.time, 5);
    const more = results[result + RESULT.more];
    this.readValues(at + this.layout.valuesAt);
    users?.see(bytes.readUInt16LE(at + FACT.user), (more & USER_IS_NEW) !== 0, this.current, time);
    devices?.see(bytes.readUInt16LE(at + FACT.device), (more & DEVICE_IS_NEW) !== 0, this.current, time);
  }

  private write(login: EnrichedLogin, flags: number, result: number): void {
    const { writes } = this;
    const { results } = this.entry;
    const ips = (flags >>> 1) & 3;
    const users = (flags >>> 5) & 3;
    if (writes.suspicious) login.suspicious_login = ips > 0;
    if (writes.locations) login.logs_from_multiple_locations = ((flags >>> 3) & 3) > 0;
    if (writes.shared) login.shared_device = users > 0;
    if (writes.sessionId)
      login.session_id = sessionId(login.user_id, results.readUIntLE(result + RESULT.first, 5));
    if (writes.sessionCount) login.session_count = results.readUInt32LE(result + RESULT.sessions);
    if (writes.sessionLogins) login.session_logins = results.readUInt32LE(result + RESULT.logins);
    if (writes.ips) login.ips_in_window = ips + 1;
    if (writes.users) login.users_in_window = users + 1;
  }

  private readValues(at: number): void {
    const { current } = this;
    const { bytes } = this.entry.facts;
    for (let field = 0; field < current.length; field++)
      current[field] = bytes.readUIntLE(at + 5 * field, 5) - 1;
  }
}

/** @param first Unix seconds of the session's first applied event */
const sessionId = (userId: string, first: number): string =>
  hash('sha256', `${userId}\0${first}`).slice(0, ID_DIGITS);
