import type { WindowCounts } from '../summary/summary-writer.js';
import type { BatchFacts, BatchNames } from './batch-facts.js';
import type { CountsBefore } from './running-counts.js';

/** What Redis answers: texts are bytes. */
export type Reply = number | Buffer | null | readonly Reply[];

const NAMES = ['versions', 'locales', 'types', 'regions', 'countries', 'others'] as const;
export type CountsName = (typeof NAMES)[number];

/** What a summary counts since the one before. */
export interface WindowStart {
  /** Unix seconds. */
  readonly start: number;
  /** What there was then. */
  readonly before: WindowCounts;
}

/** The totals before a batch, or at the instant of a summary. */
export interface TotalsBefore {
  readonly processed: number;
  readonly filtered: number;
  readonly errors: number;
  readonly suspicious: number;
  readonly window: WindowStart;
  readonly mostCommon: { readonly key: string; readonly count: number } | null;
  readonly counts: Readonly<Record<CountsName, CountsBefore>>;
  /** Logins by hour of the week, where a summary may say them. */
  readonly hours: Float64Array;
}

/** What the tables say in a summary. */
export interface TableReply {
  readonly uniqueUsers: UniqueReply;
  readonly uniqueDevices: UniqueReply;
  readonly sharedDevices: number;
  readonly sessionsStarted: number;
  readonly activeSessions: number;
}

export interface UniqueReply {
  readonly exact: number;
  /** Null where the number is exact. */
  readonly histogram: readonly number[] | null;
}

export interface DueReply {
  /** Number of the record, from 0. */
  readonly record: number;
  readonly sequence: number;
  readonly tables: TableReply;
}

/** A batch that was applied, and what is needed to say again what was said of it. */
export interface AppliedEntry {
  /** Records before this offset were applied before. */
  readonly from: number;
  /** Unix seconds. */
  readonly now: number;
  readonly before: TotalsBefore;
  readonly results: Buffer;
  readonly due: readonly DueReply[];
  /** What was remembered before the batch; null when nothing is. */
  readonly userStates: Buffer | null;
  readonly deviceStates: Buffer | null;
  readonly facts: BatchFacts;
}

const HOURS_OF_WEEK = 7 * 24;

export function readEntry(reply: readonly Reply[], facts: BatchFacts): AppliedEntry {
  const [from, , , now, before, results, due, userStates, deviceStates] = reply;
  return {
    from: from as number,
    now: now as number,
    before: readTotals(before as readonly Reply[]),
    results: results as Buffer,
    due: (due as readonly (readonly Reply[])[]).map(([record, sequence, tables]) => ({
      record: record as number,
      sequence: sequence as number,
      tables: readTables(tables as readonly Reply[]),
    })),
    userStates: userStates as Buffer | null,
    deviceStates: deviceStates as Buffer | null,
    facts,
  };
}

/** A batch whose facts are kept beside what became of it. */
export function readKept(
  [made, bytes, names, users, devices]: readonly Reply[],
  stride: number,
): AppliedEntry {
  const parts = made as readonly Reply[];
  const facts = bytes as Buffer;
  return readEntry(parts, {
    bytes: facts,
    records: facts.length / stride,
    first: parts[1] as number,
    names: JSON.parse(String(names)) as BatchNames,
    users: users as number,
    devices: devices as number,
  });
}

export function readTotals(reply: readonly Reply[]): TotalsBefore {
  const numbers = reply.slice(0, 12) as number[];
  const [processed, filtered, errors, suspicious, start, ...window] = numbers;
  const [received, beforeProcessed, beforeFiltered, beforeErrors, beforeSuspicious, started, mostCount] =
    window;
  const before = {
    total_received_count: received,
    processed_count: beforeProcessed,
    filtered_count: beforeFiltered,
    error_count: beforeErrors,
    suspicious_count: beforeSuspicious,
    sessions_started: started,
  };
  const most = String(reply[12] ?? '');
  const counts = NAMES.map(
    (name, index) => [name, readCounts(reply[13 + index] as readonly Reply[])] as const,
  );
  return {
    ...{ processed, filtered, errors, suspicious },
    window: { start, before },
    mostCommon: mostCount === 0 ? null : { key: most, count: mostCount },
    counts: Object.fromEntries(counts) as Record<CountsName, CountsBefore>,
    hours: readHours(reply[19]),
  };
}

function readCounts([size, known, all]: readonly Reply[]): CountsBefore {
  return {
    size: size as number,
    known: (known as readonly (Buffer | null)[]).map((value) => (value === null ? null : Number(value))),
    all: all === null ? null : new Map(pairsOf(all)),
  };
}

function readHours(reply: Reply): Float64Array {
  const hours = new Float64Array(HOURS_OF_WEEK);
  if (reply !== null) for (const [hour, logins] of pairsOf(reply)) hours[Number(hour)] = logins;
  return hours;
}

function* pairsOf(reply: Reply): Iterable<[string, number]> {
  const flat = reply as readonly Buffer[];
  for (let index = 0; index < flat.length; index += 2) yield [String(flat[index]), Number(flat[index + 1])];
}

export function readTables([users, devices, shared, started, active]: readonly Reply[]): TableReply {
  return {
    uniqueUsers: readUnique(users as readonly Reply[]),
    uniqueDevices: readUnique(devices as readonly Reply[]),
    sharedDevices: shared as number,
    sessionsStarted: started as number,
    activeSessions: active as number,
  };
}

function readUnique([exact, histogram]: readonly Reply[]): UniqueReply {
  if (histogram === null) return { exact: exact as number, histogram: null };
  return { exact: exact as number, histogram: readHistogram(histogram as Buffer) };
}

export const readHistogram = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(4 * index));
