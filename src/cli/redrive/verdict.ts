import type { Settings } from '../../config/settings.js';
import { AnalyticsSettings } from '../../config/analytics.settings.js';
import type { LoadedExtension } from '../../extensions/extension.js';
import { Filtered, Rejected } from '../../pipeline/outcome.js';
import type { Violation } from '../../pipeline/outcome.js';
import { LOGIN_FIELDS } from '../../validation/login.dto.js';
import type { Explainer } from '../explain/explainer.js';
import type { Trace } from '../explain/trace.js';
import type { SendStep } from './step.js';

/** What would become of a redriven record, and why it would not be processed. No value is repeated. */
export interface Verdict {
  readonly outcome: 'processed' | 'filtered' | 'error';
  readonly because: string | null;
}

/** Broken rules that are named. */
const MOST_RULES = 5;

const OUR_FIELDS: ReadonlySet<string> = new Set(LOGIN_FIELDS);

/** Sends redriven records through the service's own pipeline, which writes nothing. */
export class Judgement {
  private constructor(private readonly explainer: Explainer) {}

  static async open(settings: Settings, extensions: readonly LoadedExtension[]): Promise<Judgement> {
    // It brings all stages and their data: a real run does without them.
    const { Explainer } = await import('../explain/explainer.js');
    // What the running service remembers is not known here, so nothing can be said of duplicates.
    const analytics = Object.assign(new AnalyticsSettings(), settings.analytics, { dedupeSeconds: 0 });
    return new Judgement(await Explainer.open({ ...settings, analytics }, extensions));
  }

  async of({ record }: SendStep): Promise<Verdict> {
    const key = record.key as Buffer | null;
    const value = record.value as Buffer | null;
    const timestamp = String(Date.now());
    return verdictOf(await this.explainer.trace({ timestamp, key, value, headers: record.headers }));
  }

  close(): Promise<void> {
    return this.explainer.close();
  }
}

function verdictOf({ decoded, validated, tooLarge, reason, applied }: Trace): Verdict {
  for (const stage of [decoded, validated, tooLarge])
    if (stage instanceof Rejected) {
      const { errorType, violations } = stage;
      return { outcome: 'error', because: `${errorType}: ${rulesOf(violations)}` };
    }
  const filtered = applied instanceof Filtered ? applied.reason : (reason ?? null);
  return filtered === null
    ? { outcome: 'processed', because: null }
    : { outcome: 'filtered', because: filtered };
}

/** Names of fields that are not ours are the producer's own words, and are left out. */
function rulesOf(violations: readonly Violation[]): string {
  const rules = violations.map(({ field, rule }) =>
    field !== null && OUR_FIELDS.has(field) ? `${field} ${rule}` : rule,
  );
  const named = [...new Set(rules)];
  const more = named.length - MOST_RULES;
  return named.slice(0, MOST_RULES).join(', ') + (more > 0 ? `, and ${more} more` : '');
}
