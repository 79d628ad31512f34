import { randomInt } from 'node:crypto';
import type { AnalyticsSettings } from '../config/analytics.settings.js';
import type { LateRunner } from '../enrichment/processor-runner.js';
import type { EnrichedLogin } from '../pipeline/login.js';
import { Filtered, Rejected } from '../pipeline/outcome.js';
import type { Outcome } from '../pipeline/outcome.js';
import { Duplicates } from './duplicates.js';
import { LoginTables } from './login-tables.js';
import type { UserKeys } from './login-tables.js';
import type { StateDemand } from './state-demand.js';
import type { ImageFacts, ImageSource, StateImage } from './state-image.js';
import { checkLayout, layoutOf } from './state-layout.js';
import type { StateLayout } from './state-layout.js';
import type { BatchPosition, DueSummary, StateFigures } from './state-store.js';
import type { SummaryCadence } from './summary/summary-cadence.js';
import { Summarizer } from './summary/summarizer.js';
import type { Summary } from './summary/summary.js';
import { Totals } from './summary/totals.js';
import { StoredPart } from './tables/stored-part.js';

export type { UserKeys } from './login-tables.js';

export type EngineCadence = Pick<SummaryCadence, 'everyMessages'>;

const random32 = (): number => randomInt(2 ** 32);

/** Everything that is remembered between logins, in memory: applies batches, makes summaries. */
export class StateEngine {
  /** What kind of state it is: compared with a stored one's before that is restored. */
  readonly layout: StateLayout;
  private readonly totals: Totals;
  private readonly tables: LoginTables;
  private readonly duplicates: Duplicates;
  private readonly summarizer: Summarizer;

  private isImaged = false;

  private constructor(
    settings: AnalyticsSettings,
    private readonly cadence: EngineCadence,
    demand: StateDemand,
    private readonly key: readonly [number, number],
  ) {
    this.layout = layoutOf(demand);
    this.totals = new Totals(settings.mapLimit, demand);
    this.tables = new LoginTables(settings, key, demand);
    this.duplicates = new Duplicates(settings, key);
    this.summarizer = new Summarizer(demand.summary);
  }

  /** An empty state. */
  static create(settings: AnalyticsSettings, cadence: EngineCadence, demand: StateDemand): StateEngine {
    return new StateEngine(settings, cadence, demand, [random32(), random32()]);
  }

  /**
   * A state that was written. Settings may have changed since: how many rows there may be at most, windows and gaps, limits.
   *
   * @throws RangeError when something is missing or does not fit, with a sentence for the operator
   */
  static async restore(
    source: ImageSource,
    settings: AnalyticsSettings,
    cadence: EngineCadence,
    demand: StateDemand,
  ): Promise<StateEngine> {
    const stored = StoredPart.all(source);
    checkLayout(stored.part('layout'), layoutOf(demand));
    const [hi, lo] = stored.wholes('key', 2);
    const engine = new StateEngine(settings, cadence, demand, [hi, lo]);
    engine.totals.restore(stored.part('totals'));
    engine.summarizer.restore(stored.part('summarizer'));
    await engine.tables.restore(stored);
    await engine.duplicates.restore(stored);
    return engine;
  }

  /** See {@link StateStore.apply}. */
  apply(
    position: Pick<BatchPosition, 'partition' | 'now' | 'isRepeated'>,
    outcomes: Outcome[],
    late: LateRunner | null,
  ): readonly DueSummary[] {
    const { totals, tables } = this;
    const { partition, now, isRepeated } = position;
    const every = this.cadence.everyMessages;
    const due: DueSummary[] = [];
    this.summarizer.begin(now);
    for (let index = 0; index < outcomes.length; index++) {
      const outcome = outcomes[index];
      if (outcome instanceof Rejected) totals.countError(outcome.errorType);
      else if (outcome instanceof Filtered) totals.countFiltered(outcome.reason);
      else if (this.duplicates.isDuplicate(outcome, partition)) {
        outcomes[index] = new Filtered(outcome, 'duplicate');
        totals.countFiltered('duplicate');
      } else {
        const login = outcome as EnrichedLogin;
        totals.countProcessed(login);
        if (tables.apply(login)) totals.suspicious++;
        if (late !== null) late(login, position);
        if (every > 0 && totals.processed % every === 0)
          due.push({ summary: this.summarize(now, isRepeated), offset: Number(login.raw.offset) });
      }
    }
    return due;
  }

  /** See {@link StateStore.takeSummary}. */
  takeSummary(now: number): Summary | null {
    return this.summarizer.hasChanged(this.totals) ? this.summarize(now) : null;
  }

  /** Summaries go on behind this number, if they are not behind it already. */
  resumeSequence(last: number): void {
    this.summarizer.resume(last);
  }

  /** The same of a state that was written; 0 when that cannot be told. */
  static sequenceIn({ summarizer }: ImageFacts): number {
    const { sequence } = (summarizer ?? {}) as { sequence?: unknown };
    return typeof sequence === 'number' ? sequence : 0;
  }

  /** How many logins are processed in what {@link image} gave. */
  static processedIn({ totals }: ImageFacts): number {
    const { processed } = (totals ?? {}) as { processed?: unknown };
    return typeof processed === 'number' ? processed : 0;
  }

  /** Number of the last summary that was made. */
  get sequence(): number {
    return this.summarizer.sequence;
  }

  get figures(): StateFigures {
    const { users, devices, sharedLocales } = this.tables;
    const { versions, locales, deviceTypes } = this.totals;
    return {
      rows: { users: users?.size ?? 0, devices: devices?.size ?? 0, duplicates: this.duplicates.size },
      evictions: { users: users?.evictions ?? 0, devices: devices?.evictions ?? 0 },
      overflow: {
        app_version: versions.overflow,
        locale: locales.overflow,
        device_type: deviceTypes.overflow,
        remembered_locale: sharedLocales,
      },
    };
  }

  /**
   * The state at this instant. Nothing large is copied: each row is when it is handed out, or before it changes.
   *
   * @throws Error while another image is open
   */
  image(): StateImage {
    if (this.isImaged) throw new Error('an image of the state is open');
    const { totals, tables, duplicates, summarizer, layout } = this;
    this.isImaged = true;
    return {
      facts: {
        layout,
        key: this.key,
        totals: totals.facts(),
        summarizer: summarizer.facts(),
        ...tables.facts(),
        ...duplicates.facts(),
      },
      columns: [...tables.openImage(), ...duplicates.openImage()],
      release: onlyOnce(() => {
        tables.closeImage();
        duplicates.closeImage();
        this.isImaged = false;
      }),
    };
  }

  /**
   * Erases one user: the row, what processors remember, the mark in the rows of devices. Counts and estimates stay: they say
   * nothing of a person. Takes as long as reading the rows of all devices does.
   *
   * @returns whether there was a row
   */
  forget(userId: string): boolean {
    return this.forgetKeys(this.keysOf(userId));
  }

  /** By what {@link forgetKeys} erases a user, in this state and in those restored from its images. */
  keysOf(userId: string): UserKeys {
    return this.tables.keysOf(userId);
  }

  forgetKeys(keys: UserKeys): boolean {
    return this.tables.forget(keys);
  }

  /** Bytes of memory that the rows in use take, with their share of the indexes. */
  get rememberedBytes(): number {
    return Math.round(this.tables.bytes + this.duplicates.bytes);
  }

  private summarize(now: number, isRepeated = false): Summary {
    return this.summarizer.next(this.totals, this.tables.figures, now, isRepeated);
  }
}

function onlyOnce(release: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) release();
    isDone = true;
  };
}
