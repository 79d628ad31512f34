import { hash } from 'node:crypto';
import type { AnalyticsSettings } from '../../config/analytics.settings.js';
import type { StateHandle, StateKey } from '../../enrichment/state-handles.js';
import { SummaryWriter } from '../summary/summary-writer.js';
import type { StateDemand } from '../state-demand.js';

/** One thing that late processors remember of each user or device, and the handles that read it. */
export interface ColumnLayout {
  /** Number of the remembered field; -1 for event times. */
  readonly field: number;
  readonly keep: number;
  /** Bytes of an entry. */
  readonly size: number;
  readonly handles: readonly StateHandle[];
}

/** Bytes of a record's facts before what depends on the demand. */
const BASE_BYTES = 43;
/** Arrival, partition, offset; key of the value; whether the window reaches into another span, and its key. */
const DEDUPE_BYTES = 16 + 8 + 1 + 8;
const VALUE_BYTES = 5;

/** What is kept in Redis for a demand, and how a batch is told to the script. */
export class StoreLayout {
  /** Fields whose values are remembered, by number. */
  readonly remembered: readonly string[];
  readonly userColumns: readonly ColumnLayout[];
  readonly deviceColumns: readonly ColumnLayout[];
  readonly dedupes: boolean;
  /** Where these begin in the facts of a record. */
  readonly dedupeAt = BASE_BYTES;
  readonly valuesAt: number;
  /** Bytes of the facts of a record. */
  readonly stride: number;
  /** What may not change while the state lives, in words. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** Stands for {@link facts}. */
  readonly id: string;
  /** What scripts are told beside a batch, the same for every one. */
  readonly configuration: string;
  readonly summaryWriter: SummaryWriter;

  /** @param topic whose offsets the state knows */
  constructor(
    topic: string,
    private readonly settings: AnalyticsSettings,
    private readonly everyMessages: number,
    readonly demand: StateDemand,
  ) {
    const { handles, parts } = demand;
    this.summaryWriter = new SummaryWriter(demand.summary);
    this.remembered = [...new Set(handles.flatMap(({ spec }) => ('of' in spec ? [spec.of] : [])))];
    this.userColumns = columnsOf('user_id', handles, this.remembered);
    this.deviceColumns = columnsOf('device_id', handles, this.remembered);
    this.dedupes = settings.dedupeSeconds > 0;
    this.valuesAt = BASE_BYTES + (this.dedupes ? DEDUPE_BYTES : 0);
    this.stride = this.valuesAt + VALUE_BYTES * this.remembered.length;
    this.facts = {
      INPUT_TOPIC: topic,
      DEDUPE_SECONDS: settings.dedupeSeconds,
      SESSION_GAP_SECONDS: settings.sessionGapSeconds,
      'what is counted': [...parts].sort().join(' '),
      'what is remembered of users': namesOf('user_id', handles).join('; '),
      'what is remembered of devices': namesOf('device_id', handles).join('; '),
    };
    this.id = hash('sha256', JSON.stringify(this.facts)).slice(0, 16);
    this.configuration = this.configure();
  }

  private configure(): string {
    const { settings, demand } = this;
    const { parts, summary } = demand;
    const forLua = ({ field, keep, size }: ColumnLayout) => ({ field, keep, size });
    return JSON.stringify({
      ...{ stride: this.stride, dedupeAt: this.dedupeAt, valuesAt: this.valuesAt, dedupe: this.dedupes },
      ...{ dedupeMs: settings.dedupeSeconds * 1000, dedupeLimit: settings.dedupeLimit },
      ...{ window: settings.windowSeconds, gap: settings.sessionGapSeconds, mapLimit: settings.mapLimit },
      ...{ maxUsers: settings.maxUsers, maxDevices: settings.maxDevices, every: this.everyMessages },
      ...Object.fromEntries([...parts].map((part) => [PART_WORDS[part] ?? part, true])),
      active: parts.has('users') && summary.has('sessions'),
      userColumns: this.userColumns.map(forLua),
      deviceColumns: this.deviceColumns.map(forLua),
    });
  }
}

const PART_WORDS: Readonly<Record<string, string>> = { deviceTypes: 'types' };

/** Handles that remember the same share it. */
const nameOf = ({ spec }: StateHandle): string =>
  'of' in spec ? `${spec.keep} values of ${spec.of}` : `${spec.keep} times`;

const namesOf = (per: StateKey, handles: readonly StateHandle[]): string[] =>
  [...new Set(handles.filter(({ spec }) => spec.per === per).map(nameOf))].sort();

function columnsOf(
  per: StateKey,
  handles: readonly StateHandle[],
  remembered: readonly string[],
): ColumnLayout[] {
  return namesOf(per, handles).map((name) => {
    const its = handles.filter((handle) => handle.spec.per === per && nameOf(handle) === name);
    const { spec } = its[0];
    const field = 'of' in spec ? remembered.indexOf(spec.of) : -1;
    return { field, keep: spec.keep, size: field < 0 ? 4 : 8, handles: its };
  });
}
